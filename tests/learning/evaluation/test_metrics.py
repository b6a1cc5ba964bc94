import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Task
from vbg_framework.learning.evaluation.metrics import STANDARD, evaluate, mean_over_tasks

CLASSES = ("bowl", "vase", "dish", "jar")


def single(probabilities, targets, classes=CLASSES):
    task = {"form": Task("form", classes=classes)}
    return evaluate(task, {"form": np.asarray(probabilities)}, {"form": np.asarray(targets)})["form"]


def multi(probabilities, targets, classes=CLASSES):
    task = {"tags": Task("tags", multi_label=True, classes=classes)}
    return evaluate(task, {"tags": np.asarray(probabilities)}, {"tags": np.asarray(targets)})["tags"]


def draw(n=200, seed=0, classes=4):
    rng = np.random.default_rng(seed)
    targets = rng.choice(classes, n, p=rng.dirichlet(np.full(classes, 5.0)))
    probabilities = rng.dirichlet(np.ones(classes), n) + 0.3 * np.eye(classes)[targets]
    return probabilities / probabilities.sum(1, keepdims=True), targets


def test_a_single_label_task_equals_scikit_learn():
    probabilities, targets = draw()
    result, predicted, truth = single(probabilities, targets), probabilities.argmax(1), np.eye(4)[targets]
    macro = {"average": "macro", "zero_division": 0}
    expected = {
        "accuracy": sk.accuracy_score(targets, predicted),
        "balanced_accuracy": sk.balanced_accuracy_score(targets, predicted),
        "macro_f1": sk.f1_score(targets, predicted, **macro),
        "weighted_f1": sk.f1_score(targets, predicted, average="weighted"),
        "macro_recall": sk.recall_score(targets, predicted, **macro),
        "macro_precision": sk.precision_score(targets, predicted, **macro),
        "map": sk.average_precision_score(truth, probabilities, average="macro"),
        "roc_auc": sk.roc_auc_score(targets, probabilities, multi_class="ovr", average="macro"),
        "brier": sk.brier_score_loss(targets, probabilities, scale_by_half=False),
        "log_loss": sk.log_loss(targets, probabilities),
    }
    assert {name: result[name] for name in expected} == pytest.approx(expected)
    assert result["confusion"] == sk.confusion_matrix(targets, predicted).tolist()
    report = sk.classification_report(targets, predicted, target_names=CLASSES, output_dict=True)
    for name in CLASSES:
        assert result["per_class"][name]["f1"] == pytest.approx(report[name]["f1-score"])
        for key in ("precision", "recall", "support"):
            assert result["per_class"][name][key] == pytest.approx(report[name][key])


def test_a_multi_label_task_equals_scikit_learn():
    rng = np.random.default_rng(1)
    truth = (rng.random((100, 4)) < 0.3).astype(int)
    probabilities = np.clip(0.4 * truth + 0.6 * rng.random((100, 4)), 0, 1)
    result, predicted = multi(probabilities, truth), probabilities >= 0.5
    expected = {
        "accuracy": sk.accuracy_score(truth, predicted),
        "balanced_accuracy": np.mean([sk.balanced_accuracy_score(truth[:, c], predicted[:, c]) for c in range(4)]),
        "macro_f1": sk.f1_score(truth, predicted, average="macro"),
        "micro_f1": sk.f1_score(truth, predicted, average="micro"),
        "weighted_f1": sk.f1_score(truth, predicted, average="weighted"),
        "macro_recall": sk.recall_score(truth, predicted, average="macro"),
        "macro_precision": sk.precision_score(truth, predicted, average="macro"),
        "map": sk.average_precision_score(truth, probabilities, average="macro"),
        "roc_auc": sk.roc_auc_score(truth, probabilities, average="macro"),
        "log_loss": sk.log_loss(truth.ravel(), probabilities.ravel()),
        "brier": np.mean([4 * sk.brier_score_loss(t, p) for t, p in zip(truth, probabilities, strict=True)]),
    }
    assert {name: result[name] for name in expected} == pytest.approx(expected)
    assert "confusion" not in result


@given(st.integers(1, 60), st.integers(2, 7), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_weighted_recall_equals_accuracy(n, classes, seed):
    probabilities, targets = draw(n, seed, classes)
    result = single(probabilities, targets, tuple(map(str, range(classes))))
    per_class = [value for value in result["per_class"].values() if value["support"]]
    weighted = sum(value["recall"] * value["support"] for value in per_class) / n
    assert weighted == pytest.approx(result["accuracy"])
    assert sum(value["support"] for value in per_class) == n == np.sum(result["confusion"])


def test_records_without_a_label_are_left_out_and_counted():
    probabilities, targets = draw(50)
    missing = np.where(np.arange(50) % 5 == 0, -1, targets)
    result = single(probabilities, missing)
    assert (result["n"], result["missing"]) == (40, 10)
    assert result == single(probabilities[missing >= 0], targets[missing >= 0]) | {"missing": 10}
    rows = np.eye(4, dtype=int)[targets]
    rows[::5] = -1
    assert (multi(probabilities, rows)["n"], multi(probabilities, rows)["missing"]) == (40, 10)


def test_averages_run_over_the_classes_that_occur():
    probabilities = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.2, 0.6, 0.1], [0.1, 0.6, 0.2, 0.1]])
    result, targets = single(probabilities, [0, 1, 1]), [0, 1, 1]
    macro = {"labels": [0, 1], "average": "macro"}
    assert result["macro_f1"] == pytest.approx(sk.f1_score(targets, probabilities.argmax(1), **macro))
    assert result["macro_recall"] == result["balanced_accuracy"] == 0.75
    absent = result["per_class"]["dish"]
    assert absent.pop("support") == 0
    assert set(absent.values()) == {None}
    assert result["confusion"][1] == [0, 1, 1, 0]


def test_a_class_that_is_never_predicted_has_precision_zero():
    result = single(np.tile([0.7, 0.3, 0, 0], (4, 1)), [0, 0, 1, 1])
    assert result["per_class"]["vase"] | {"roc_auc": None, "average_precision": None} == {
        "precision": 0,
        "recall": 0,
        "f1": 0,
        "average_precision": None,
        "roc_auc": None,
        "support": 2,
    }
    assert result["macro_precision"] == 0.25


@pytest.mark.parametrize(
    "result",
    [
        single(np.empty((0, 4)), np.empty(0, dtype=int)),
        single(np.full((3, 4), 0.25), [-1, -1, -1]),
        single(np.ones((3, 1)), [0, 0, 0], classes=("only",)),
        single(np.array([[1.0, 0, 0, 0]] * 2), [1, 1]),
        multi(np.empty((0, 4)), np.empty((0, 4), dtype=int)),
        multi(np.zeros((3, 4)), np.zeros((3, 4), dtype=int)),
        multi(np.ones((3, 4)), np.ones((3, 4), dtype=int)),
        multi(np.full((3, 4), 0.5), np.full((3, 4), -1)),
    ],
)
def test_undefined_values_are_null_in_json_and_never_nan(result):
    text = json.dumps(result, allow_nan=False)
    assert json.loads(text) == result
    assert set(STANDARD) - {"micro_f1"} | {"n", "missing", "classes", "per_class"} <= set(result)


def test_probabilities_may_be_half_or_single_precision():
    probabilities, targets = draw()
    result = single(probabilities.astype(np.float32), targets)
    assert result["map"] == pytest.approx(single(probabilities, targets)["map"])
    assert type(result["accuracy"]) is float


def test_the_mean_over_tasks_skips_tasks_where_a_metric_is_undefined():
    metrics = {"a": {"macro_f1": 0.5}, "b": {"macro_f1": 1.0}, "c": {"macro_f1": None}}
    assert mean_over_tasks(metrics, "macro_f1") == 0.75
    assert mean_over_tasks({"c": {"macro_f1": None}}, "macro_f1") is None


def test_an_unknown_metric_gets_a_suggestion():
    with pytest.raises(VBGError, match=r"unknown metric 'macro_f2'. Did you mean 'macro_f1'"):
        mean_over_tasks({}, "macro_f2")


def test_an_evaluation_takes_a_few_milliseconds():
    probabilities, targets = draw(1000, classes=20)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        single(probabilities, targets, tuple(map(str, range(20))))
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.05  # about 3 ms on one free core
