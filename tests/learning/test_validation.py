"""The validation of a model while it is trained, in finished runs."""

import pytest
from tiny import TINY

import vbg_framework


def lines(run):
    return [line for line in run.lines() if line["kind"] == "validation"]


def test_validation_happens_as_often_as_asked_and_at_the_end(tiny_run):
    assert [line["step"] for line in lines(tiny_run)] == [4, 8, 12]


def test_the_best_step_is_the_first_with_the_highest_validation_metric(tiny_run):
    scores = {line["step"]: line["macro_f1"] for line in lines(tiny_run)}
    best = max(scores.values())
    metrics = tiny_run.read_json("metrics.json")
    assert metrics["best_step"] == min(step for step, score in scores.items() if score == best)
    means = [scores["macro_f1"] for scores in metrics["validation"].values()]
    assert sum(means) / len(means) == pytest.approx(best)


def test_a_metric_where_less_is_better_selects_the_lowest(tmp_path):
    run = vbg_framework.run("tiny", registry=TINY, runs=tmp_path, sets=["train.metric=log_loss"])
    scores = {line["step"]: line["log_loss"] for line in lines(run)}
    assert run.read_json("metrics.json")["best_step"] == min(scores, key=scores.get)
