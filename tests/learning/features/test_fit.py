"""A head that is fitted: same vectors and same answers as without the framework around it."""

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from tiny import TINY

import vbg_framework
from vbg_framework import EstimatorClassifier
from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.contracts.record import Record
from vbg_framework.data.loading.opening import open_items
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.learning.features.fit import learns_soft
from vbg_framework.screen import Screen

WORDS = ["encoders.text={type: tfidf, min_df: 1}", "tasks=[zone]"]
FITTED = ["classifier={type: logistic_regression, standardise: false}"]


def fitted(folder, *sets, experiment="tiny-text"):
    return vbg_framework.run(experiment, registry=TINY, runs=folder, sets=[*WORDS, *FITTED, *sets])


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return fitted(tmp_path_factory.mktemp("runs"))


def items():
    """split -> items; a few have no text, and are a vector of zeros to the head."""
    resolved = Registry.read(TINY).experiment("tiny-text", load_plugins(), [*WORDS, *FITTED])
    return open_items(resolved.experiment, prepare_data(resolved.parts["data"], Screen()))[1]


def test_it_says_what_scikit_learn_says(run):
    given = items()
    texts = {name: [item["inputs"].get("text", "") for item in given[name]] for name in ("train", "test")}
    labels = [given["train"][i]["targets"]["zone"] for i in range(len(given["train"]))]
    words = TfidfVectorizer(strip_accents="unicode").fit(filter(None, texts["train"]))
    head = LogisticRegression(max_iter=1000).fit(words.transform(texts["train"]), labels)
    expected = head.predict_proba(words.transform(texts["test"]))
    found = pq.read_table(run.path / "predictions.parquet")["zone_probabilities"].to_pylist()
    assert np.allclose(found, expected, atol=2e-3)


def test_a_saved_head_answers_as_it_did(run):
    model = vbg_framework.load(run.path)
    table = pq.read_table(run.path / "predictions.parquet")
    said = list(model.predict([item["inputs"] for item in items()["test"]]))
    expected = table["zone_probabilities"].to_pylist()
    assert np.allclose([list(each.probabilities["zone"].values()) for each in said], expected, atol=1e-5)
    assert run.read_json("metrics.json")["steps"] == 0


def test_a_run_that_is_gone_through_again_says_the_same(run, tmp_path):
    assert fitted(tmp_path).read_json("metrics.json")["test"] == run.read_json("metrics.json")["test"]


def test_new_records_reach_a_fitted_head(tmp_path):
    made = ["augmenter=copies", "loop={rounds: 2, copies: false, verify: tell, count: 20, quality: false}"]
    rounds = fitted(tmp_path, *made).read_json("rounds.json")
    assert [sum(each["kept"].values()) > 0 for each in rounds] == [True, True]


def test_a_fitted_head_refuses_the_soft_label_of_a_class_and_takes_a_judges_as_missing():
    resolved = Registry.read(TINY).experiment("tiny-text", load_plugins(), [*WORDS, *FITTED])
    judged = Record("SYN_1", {}, {"form": "jar"}, soft={"period": {"Ming": 0.5, "Qing": 0.5}})
    assert not learns_soft(resolved, [judged])
    given = Record("SYN_2", {}, {"form": "jar"}, soft={"form": {"jar": 0.7, "bowl": 0.3}})
    with pytest.raises(
        VBGError, match="'logistic_regression' is fitted on one class per record, got soft labels of form"
    ):
        learns_soft(resolved, [judged, given])
    trained = Registry.read(TINY).experiment("tiny-text", load_plugins(), [])
    assert learns_soft(trained, [judged])
    assert not learns_soft(trained, [Record("SYN_3", {})])


def test_balanced_sampling_changes_what_is_fitted(run, tmp_path):
    balanced = fitted(tmp_path, "train.sampling=balanced", "tasks=[form]")
    natural = fitted(tmp_path, "tasks=[form]")
    assert balanced.read_json("metrics.json")["test"] != natural.read_json("metrics.json")["test"]


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        (
            ["encoders.text=tiny-bert"],
            r"encoders.text: 'bert' is trainable, but 'logistic_regression' needs fixed features",
        ),
        (
            ["mix.weight=0.5", "augmenter=copies"],
            r"mix.weight: 'logistic_regression' does not support sample weights, got 0.5",
        ),
    ],
)
def test_what_cannot_be_fitted_is_refused(tmp_path, sets, message):
    with pytest.raises(VBGError, match=message):
        fitted(tmp_path, *sets)


def test_a_fusion_that_learns_is_refused(tmp_path):
    with pytest.raises(VBGError, match=r"fusion: 'bidirectional_attention' is trainable"):
        fitted(tmp_path, "encoders.image.frozen=true", "fusion=tiny-join", experiment="tiny")


def test_mixed_items_are_refused(tmp_path):
    mixed = [*FITTED, "encoders.image.frozen=true", "augmenter={type: classical, mixup: 0.4}"]
    with pytest.raises(VBGError, match="augmenter: items are mixed in pairs"):
        vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path, sets=mixed)


def test_a_class_that_lies_in_one_fold_alone_is_not_learnable_there():
    folds = [(np.array([2, 3, 4]), np.array([0, 1])), (np.array([0, 1, 4]), np.array([2, 3]))]
    target = np.array([0, 1, 0, -1, 2])
    assert EstimatorClassifier.learnable(target, folds).tolist() == [True, False, True, True, True]
    assert EstimatorClassifier.learnable(np.ones((5, 2)), folds).all()
