"""What a soft label of a new record must be."""

import pytest

from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.soft_label import soft_complaint

TASKS = {"form": Task("form", classes=("bowl", "jar", "vase")), "tags": Task("tags", True, ("old", "rare"))}


def complaint(soft, targets=None):
    return soft_complaint(Record("SYN_1", {}, targets or {"form": "jar", "tags": ["old"]}, soft=soft), TASKS)


@pytest.mark.parametrize(
    "shares", [{"jar": 0.7, "bowl": 0.3}, {"jar": 1.0}, {"jar": 1 / 3, "bowl": 1 / 3, "vase": 1 / 3}]
)
def test_shares_of_known_classes_that_add_up_to_one_are_a_soft_label(shares):
    assert complaint({"form": shares}) is None
    assert complaint({}) is None


@pytest.mark.parametrize(
    ("soft", "said"),
    [
        ({"form": {"jar": 0.7, "bowl": 0.2}}, "whose shares must add up to 1, got"),
        ({"form": {"jar": 1.2, "bowl": -0.2}}, "whose shares must add up to 1, got"),
        ({"form": {"jar": float("nan"), "bowl": 0.5}}, "whose shares must add up to 1, got"),
        ({"form": {"jar": 0.5, "cup": 0.5}}, r"with unknown classes, got \['cup'\]"),
        ({"form": {"bowl": 1.0}}, "without a share of its class 'jar', got"),
        ({"tags": {"old": 0.5, "rare": 0.5}}, "of 'tags', which must be a task with one class"),
        ({"kiln": {"Ding": 1.0}}, "of 'kiln', which must be a task with one class"),
    ],
)
def test_every_other_one_is_named(soft, said):
    with pytest.raises(AssertionError, match=said):
        assert complaint(soft) is None, complaint(soft)


def test_a_soft_label_needs_the_class_it_stands_beside():
    assert "and that class in the targets" in complaint({"form": {"jar": 1.0}}, {"tags": ["old"]})
