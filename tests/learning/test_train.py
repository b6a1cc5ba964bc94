"""The loop by itself; whole runs are in test_execute."""

import math

import pytest
from tiny import TINY

import vbg_framework
from vbg_framework.base.errors import VBGError


def lines(run, kind):
    return [line for line in run.lines() if line["kind"] == kind]


def test_every_line_of_the_log_is_complete(tiny_run):
    for line in lines(tiny_run, "train"):
        assert math.isfinite(line["loss"])
        assert line["items_per_second"] > 0
        assert 0 < line["learning_rate"] <= 1e-3
    for line in lines(tiny_run, "validation"):
        assert set(line["tasks"]) == {"form", "glaze"}


def test_a_metric_nobody_knows_is_refused_before_any_work(tmp_path):
    with pytest.raises(VBGError, match=r"train.metric: unknown metric type 'macro_f2'. Did you mean 'macro_f1'"):
        vbg_framework.run("tiny", registry=TINY, runs=tmp_path, sets=["train.metric=macro_f2"])
    assert not list(tmp_path.iterdir())


def test_training_learns(tmp_path):
    sets = ["train.steps=150", "train.evaluate_every=150", "tasks=[glaze]"]
    run = vbg_framework.run("tiny-text", registry=TINY, runs=tmp_path, sets=sets)
    losses = [line["loss"] for line in lines(run, "train")]
    assert losses[-1] < 0.7 * losses[0]
