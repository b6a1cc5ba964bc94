"""One answer for a record with several pictures."""

import numpy as np
import pytest

from vbg_framework.contracts.record import Task
from vbg_framework.learning.evaluation.confidence import Confidence
from vbg_framework.learning.prediction.joined import View, joined

TASKS = {
    "kind": Task("kind", False, ("bowl", "jug", "vase"), (1, 1, 1)),
    "marks": Task("marks", True, ("blue", "red"), (1, 1)),
}
SURE = {"kind": Confidence(least=0.2), "marks": Confidence()}


def view(row, kind, marks=(0.1, 0.9), problems=(), inputs=("image", "text")):
    said = {"kind": np.array(kind), "marks": np.array(marks)} if inputs else None
    return View(row, str(row), len(inputs), list(problems), [], said, {})


def answers(*views):
    return list(joined(views, TASKS, SURE))


def test_the_probabilities_of_a_record_are_the_mean_of_its_views():
    first, second = answers(
        view(4, [0.8, 0.1, 0.1], (0.6, 0.2)),
        view(4, [0.1, 0.7, 0.2], (0.6, 0.7)),
        view(4, [0.1, 0.7, 0.2], (0.6, 0.9)),
        view(5, [0.2, 0.2, 0.6]),
    )
    assert first.id == "4"
    assert first.classes == {"kind": "jug", "marks": ("blue", "red")}
    assert first.probabilities["kind"] == pytest.approx({"bowl": 1 / 3, "jug": 0.5, "vase": 0.5 / 3})
    assert list(first.sets["kind"]) == ["jug", "bowl"]
    assert second.classes == {"kind": "vase", "marks": ("red",)}
    assert second.problem == ""


def test_a_view_whose_picture_is_broken_counts_only_where_all_are():
    broken = {"problems": ["image is damaged"], "inputs": ("text",)}
    whole, none = answers(
        view(0, [0.0, 1.0, 0.0]),
        view(0, [1.0, 0.0, 0.0], **broken),
        view(1, [1.0, 0.0, 0.0], **broken),
        view(1, [0.0, 0.0, 1.0], **broken),
    )
    assert whole.classes["kind"] == "jug"
    assert none.probabilities["kind"]["vase"] == 0.5
    assert whole.problem == none.problem == "image is damaged"


def test_a_record_of_which_nothing_could_be_read_has_no_class():
    (found,) = answers(view(0, [], problems=["neither image nor text"], inputs=()))
    assert (found.classes, found.probabilities, found.sets) == ({}, {}, {})
    assert found.problem == "neither image nor text"
