"""What is to be warned of beside an answer."""

import numpy as np
import pytest

from vbg_framework.contracts.record import Task
from vbg_framework.learning.explanation.warning import differ, disagreement, distance, leaderless, named


def test_one_label_is_the_most_probable_class_and_several_are_those_above_one_half():
    p = np.array([0.5, 0.7, 0.1])
    assert named(Task("form", classes=("jug", "cup", "jar")), p) == ["cup"]
    assert named(Task("form", multi_label=True, classes=("jug", "cup", "jar")), p) == ["jug", "cup"]
    assert named(Task("form", multi_label=True, classes=("jug", "cup", "jar")), p / 2) == []


@pytest.mark.parametrize(
    ("said", "apart", "unled"),
    [
        ({}, False, False),
        ({"image": ["jug"], "text": ["jug"]}, False, False),
        ({"image": ["jug", "lid"], "text": ["lid", "jug"]}, False, False),
        ({"image": ["jug"], "text": ["jug"], "metadata": ["cup"]}, True, False),
        ({"image": [], "text": ["jug"]}, True, False),
        ({"image": ["cup"], "text": ["lid"]}, True, True),
        ({"image": ["cup"], "text": ["cup"]}, False, True),
    ],
)
def test_inputs_differ_where_two_name_other_classes_and_may_lead_elsewhere_than_the_answer(said, apart, unled):
    assert differ(said) == apart
    assert leaderless(said, "jug") == unled
    assert bool(disagreement(said, "jug")) == (apart or unled)


def test_a_disagreement_names_every_input_with_its_classes():
    said = {"image": ["jug", "lid"], "text": ["cup"], "metadata": []}
    parts = "image alone says jug and lid, text alone says cup, metadata alone says none of the classes."
    assert disagreement(said, "jug") == f"The inputs disagree: {parts}"
    assert disagreement(said, "jar") == f"No input alone leads to the answer: {parts}"


@pytest.mark.parametrize(
    ("beyond", "share"), [(None, ""), (0.0, ""), (0.9899, ""), (0.99, "99.0 %"), (0.999, "99.9 %")]
)
def test_only_what_is_further_than_99_in_a_hundred_is_told(beyond, share):
    assert bool(distance(beyond)) == bool(share)
    assert share in distance(beyond)
