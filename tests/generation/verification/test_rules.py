"""What a witness must say of generated records."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.generation.verification.rules import LETS_THROUGH, limit, nearest, rules


@given(st.integers(0, 2**32 - 1), st.integers(2, 4), st.integers(2, 60), st.floats(0.01, 0.3))
def test_few_own_records_fail_and_few_others_pass_or_the_class_is_not_judged(seed, classes, count, miss):
    draw = np.random.default_rng(seed)
    codes = draw.integers(-1, classes, count)
    found = draw.dirichlet(np.ones(classes), count) + 2 * np.eye(classes)[codes] * (codes >= 0)[:, None]
    for code, rule in enumerate(rules(found, codes, miss)):
        own, others = found[codes == code, code], found[(codes >= 0) & (codes != code), code]
        assert rule.records == len(own)
        if len(own):
            assert rule.recall == np.mean(own >= rule.least)
            assert rule.lets_through <= LETS_THROUGH
            assert not rule.judges or rule.recall >= 0.8
            if not len(others):
                assert rule.recall >= 1 - miss


def test_a_class_that_looks_like_another_is_not_judged():
    alike = np.full((40, 2), 0.5)
    assert [rule.judges for rule in rules(alike, np.arange(40) % 2, 0.1)] == [False, False]
    apart = np.eye(2)[np.arange(40) % 2]
    assert [rule.judges for rule in rules(apart, np.arange(40) % 2, 0.1)] == [True, True]


def test_one_half_is_enough_unless_others_reach_it():
    sure = np.array([[0.99, 0.01]] * 6 + [[0.01, 0.99]] * 60)
    few, many = rules(sure, np.array([0] * 6 + [1] * 60), 0.075)
    assert (few.least, many.least) == (0.5, 0.5)
    unsure = np.array([[0.3, 0.7]] * 6 + [[0.4, 0.6]] * 60)
    assert rules(unsure, np.array([0] * 6 + [1] * 60), 0.075)[0].least > 0.4  # few records of others may pass


def test_a_class_without_real_records_is_not_judged():
    assert [rule.judges for rule in rules(np.eye(3)[[0, 1, 0, 1]], np.array([0, 1, 0, 1]), 0.1)] == [True, True, False]


def test_distances_are_those_to_the_nearest_record_of_the_same_class():
    draw = np.random.default_rng(0)
    new, known = draw.normal(size=(7, 3)), draw.normal(size=(9, 3))
    codes, names = np.array([0, 1, 2, 0, 1, -1, 0]), np.array([0, 1, 0, 1, 0, 1, 0, 1, -1])
    slow = [min([np.linalg.norm(new[i] - known[j]) for j in range(9) if names[j] == c], default=np.inf) if c >= 0
            else np.inf for i, c in enumerate(codes)]  # fmt: skip
    assert nearest(new, codes, known, names) == pytest.approx(slow)


def test_the_limit_keeps_all_but_a_share():
    far = np.arange(1.0, 101)
    assert np.mean(far <= limit(far, 0.1)) >= 0.9
    assert limit([np.inf, np.inf], 0.1) == np.inf


def test_few_pictures_made_of_two_classes_pass_for_either():
    found = np.array([[0.9, 0.1]] * 20 + [[0.1, 0.9]] * 20)
    between = np.linspace(0, 0.85, 50)[:, None] * [1, np.nan]
    first, second = rules(found, np.arange(40) // 20, 0.1, between)
    assert np.mean(between[:, 0] >= first.least) <= 0.1
    assert first.judges
    assert second == rules(found, np.arange(40) // 20, 0.1)[1]


def test_a_label_that_may_be_left_out_takes_one_half_though_its_own_records_do_not_reach_it():
    mine, others = np.array([0.9] * 6 + [0.3] * 4), np.zeros(10)
    found = np.stack([np.concatenate([mine, others]), np.concatenate([1 - mine, others + 1])], axis=1)
    codes = np.repeat([0, 1], 10)
    asked, left_out = (rules(found, codes, miss)[0] for miss in (0.1, 1))
    assert (asked.least, asked.recall, left_out.least, left_out.recall) == (0.3, 1.0, 0.5, 0.6)
    assert (asked.judges, left_out.judges, left_out.confirms) == (True, False, True)
