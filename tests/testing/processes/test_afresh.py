from pathlib import Path

import good
import pytest

from vbg_framework.contracts.spec import Component, Config
from vbg_framework.testing.check import NotApplicable, Unmet
from vbg_framework.testing.processes.afresh import comparable, elsewhere

CARDS = Component("dataset", "cards", good.Small, "good_others:Cards")


def test_what_a_method_says_there_comes_back():
    tasks, records = elsewhere(CARDS, {}, "anew")
    assert tasks[0] == ["kind", False, "bowl", "vase"]
    assert len(records) == 12


def test_an_error_there_is_told_with_its_place():
    with pytest.raises(Unmet, match="NotImplementedError"):
        elsewhere(CARDS, {}, "recall", Path(good.__file__))


def test_options_that_cannot_be_imported_there_are_no_failure():
    class Local(Config):
        """Options."""

    with pytest.raises(NotApplicable, match="cannot import"):
        elsewhere(Component("dataset", "cards", Local, "good_others:Cards"), {}, "anew")


def test_answers_are_compared_as_json_holds_them():
    assert comparable(("a", {"b": (1,)})) == ["a", {"b": [1]}]
