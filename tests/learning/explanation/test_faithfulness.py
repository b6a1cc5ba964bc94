"""Curves of an order against random ones."""

import numpy as np
import pytest

import vbg_framework
from vbg_framework.learning.explanation.explanation import explain
from vbg_framework.learning.explanation.faithfulness import Gain, _gain, gains, summed

ONE = np.array([0.0, 0, 0, 1, 0, 0, 0, 0])


def only_the_fourth(gone):
    """A model that looks at one part alone."""
    return np.where(gone[:, 3], 0.1, 0.9)


def slow(matters, order):
    """The area below the curve of one order, part by part."""
    values = []
    for count in range(9):
        gone = np.zeros(8, bool)
        for part in order[:count]:
            gone[part] = True
        values.append(0.1 if gone[3] else 0.9)
    return sum(values) / len(values)


def test_the_order_that_knows_gains_what_a_slow_count_gives():
    generator = np.random.default_rng(5)
    orders = [generator.permutation(8) for _ in range(4)]
    expected = np.mean([slow(ONE, order) for order in orders]) - slow(ONE, [3, 0, 1, 2, 4, 5, 6, 7])
    assert _gain(only_the_fourth, ONE, 5).deletion == pytest.approx(expected)


def test_an_explanation_that_points_elsewhere_loses():
    right, wrong = _gain(only_the_fourth, ONE, 0), _gain(only_the_fourth, -ONE, 0)
    assert min(right.deletion, right.insertion) > 0 > max(wrong.deletion, wrong.insertion)


def test_a_model_that_looks_at_nothing_has_no_gain():
    assert _gain(lambda gone: np.full(len(gone), 0.5), ONE, 0) == Gain(0, 0)


def test_regions_and_words_of_a_real_model_are_measured(tiny_run, vbg_records):
    model = vbg_framework.load(tiny_run)
    given = next(each for each in vbg_records() if {"image", "text"} <= set(model.reading(each).inputs))
    (found,) = explain(model, given, ["form"])
    inputs = model.reading(given).inputs
    measured = gains(model, found, inputs, 0)
    assert set(measured) == {"regions", "words"}
    assert measured == gains(model, found, inputs, 0)
    assert model.explain(given, ["form"])[0].json() == found.json()


def test_only_two_intervals_above_zero_make_faithful():
    good = [Gain(0.1 + n / 100, 0.2 - n / 100) for n in range(5)]
    assert summed(good).faithful
    assert not summed([*good, Gain(-1, 0.2)]).faithful
    assert summed(good).deletion[0] == pytest.approx(0.12)
