import math
from dataclasses import replace

import numpy as np
import pytest

from vbg_framework.contracts.record import Task
from vbg_framework.learning.evaluation.metrics import STANDARD, evaluate
from vbg_framework.report.inputs import read_inputs
from vbg_framework.report.view import duration, picture, sentence, series, titled, view

FORM = Task("form", classes=("bowl", "vase", "jar"))
GLAZE = Task("glaze", classes=("celadon", "white"))
TAGS = Task("tags", multi_label=True, classes=("lotus", "dragon"))


def scores(targets, task=FORM):
    probabilities = np.tile(np.linspace(0.6, 0.1, len(task.classes)), (len(targets), 1))
    return evaluate({task.name: task}, {task.name: probabilities}, {task.name: np.array(targets)})[task.name]


def test_every_metric_has_a_meaning_in_words():
    assert all(all(titled(name)) for name in STANDARD)
    assert titled("gone") == ("gone", "")


def test_the_result_is_told_in_words():
    assert sentence("form", scores([0, 0, 1, -1])) == (
        "form: the right class for 66.7% of 3 test records (3 classes). "
        "Always naming the most common class would be right for 66.7%."
    )
    assert sentence("tags", scores([[1, 0], [1, 1]], TAGS)).startswith(
        "tags: all labels right and none too many for 50"
    )
    assert "nothing could be measured" in sentence("form", scores([-1, -1]))


def test_why_probabilities_are_not_calibrated_is_told_in_words(fabricate):
    inputs = read_inputs(fabricate(FORM))
    told = {"form": {"temperature": 1.0, "note": "validation too easy to calibrate: temperature left at 1"}}
    (said,) = view(replace(inputs, metrics=inputs.metrics | {"confidence": told}))["sentences"]
    assert said.endswith(" Validation too easy to calibrate: temperature left at 1.")


def test_classes_are_listed_by_how_often_they_occur(fabricate):
    (task,) = view(read_inputs(fabricate(FORM)))["tasks"]
    supports = [row["support"] for row in task["classes"]]
    assert supports == sorted(supports, reverse=True)
    assert task["most"] == supports[0]


def test_only_single_label_tasks_have_a_confusion_matrix(fabricate):
    form, tags = view(read_inputs(fabricate(FORM, TAGS)))["tasks"]
    assert form["confusion"].startswith("<svg")
    assert tags["confusion"] is None


def test_several_tasks_share_one_summary_and_one_curve_each(fabricate):
    seen = view(read_inputs(fabricate(FORM, GLAZE)))
    assert all(len(row["pairs"]) == 2 for row in seen["summary"])
    assert "mean over tasks from" in seen["metric"]
    assert "glaze from" in seen["metric"]


def test_a_run_that_ended_early_shows_what_was_logged(fabricate):
    seen = view(read_inputs(fabricate(FORM, state="failed")))
    assert not seen["finished"]
    assert seen["loss"].startswith("<svg")
    assert seen["tasks"] == seen["summary"] == []
    assert seen["training"]["steps"] == 1000
    empty = view(read_inputs(fabricate(FORM, state="empty")))
    assert empty["loss"] is empty["metric"] is None


def test_a_series_is_in_order_finite_and_keeps_the_later_value():
    lines = [
        {"kind": "train", "step": 20, "loss": 2.0},
        {"kind": "train", "step": 10, "loss": 3.0},
        {"kind": "train", "step": 20, "loss": 1.0},
        {"kind": "train", "step": 30, "loss": math.nan},
        {"kind": "train", "step": 40, "loss": None},
        {"kind": "train", "step": 50},
        {"kind": "validation", "step": 10, "loss": 9.0},
    ]
    assert series(lines, "train", "loss") == ([10, 20], [3.0, 1.0])


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (b"\x89PNG\r\n\x1a\n...", "data:image/png;base64,"),
        (b"\xff\xd8\xff...", "data:image/jpeg;base64,"),
        (b"<svg onload='alert(1)'/>", None),
        (b"", None),
        (None, None),
    ],
)
def test_only_png_and_jpeg_are_shown(content, start):
    assert picture(content) is None if start is None else picture(content).startswith(start)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, None), (0.0, "0.0 s"), (4.21, "4.2 s"), (59.99, "60.0 s"), (192.4, "3 min 12 s"), (7260, "2 h 1 min")],
)
def test_durations_are_told_in_fitting_units(seconds, text):
    assert duration(seconds) == text
