"""Mean shares of inputs, by the class that is answered."""

import numpy as np
import pytest

from vbg_framework.contracts.record import Task
from vbg_framework.runs.evidence.contributions import contributions

TASK = Task("form", classes=("bowl", "vase"), counts=(3, 1))
IMAGE, TEXT, BOTH = frozenset({"image"}), frozenset({"text"}), frozenset({"image", "text"})


def said(*bowl):
    """(n, 2) probabilities."""
    return np.array([[p, 1 - p] for p in bowl])


def test_shares_are_shapley_values_and_sum_with_the_prior_to_the_probability():
    answers = {IMAGE: said(0.8), TEXT: said(0.7), BOTH: said(0.9)}
    [share] = contributions(answers, [{"image": 1, "text": 1}], TASK)
    assert (share["name"], share["records"], share["prior"]) == ("bowl", 1, 0.75)
    image = ((0.8 - 0.75) + (0.9 - 0.7)) / 2  # first to come, second to come
    text = ((0.7 - 0.75) + (0.9 - 0.8)) / 2
    assert share["inputs"] == {"image": [pytest.approx(image)], "text": [pytest.approx(text)]}
    assert share["probability"] == pytest.approx(0.9)


def test_an_input_that_a_record_lacks_adds_nothing():
    answers = {IMAGE: said(0.9), TEXT: said(0.5), BOTH: said(0.9)}
    [share] = contributions(answers, [{"image": 1}], TASK)
    assert share["inputs"]["text"] == [pytest.approx(0)]
    assert share["inputs"]["image"] == [pytest.approx(0.15)]


def test_answers_are_grouped_by_class_with_an_interval_from_three_on():
    p = said(0.9, 0.8, 0.7, 0.1)
    bowl, vase = contributions({frozenset({"image"}): p}, [{"image": 1}] * 4, TASK)
    assert (bowl["name"], bowl["records"], vase["name"], vase["records"]) == ("bowl", 3, "vase", 1)
    mean, low, high = bowl["inputs"]["image"]
    assert mean == pytest.approx(0.05)
    half = 4.302652729911275 * 0.1 / 3**0.5  # Student's t with 2 degrees of freedom
    assert (low, high) == (pytest.approx(mean - half), pytest.approx(mean + half))
    assert vase["inputs"]["image"] == [pytest.approx(0.65)]


def test_without_a_record_there_is_nothing():
    assert contributions({frozenset({"image"}): np.zeros((0, 2))}, [], TASK) == []
