"""Nested parts of what was generated."""

from collections import Counter
from itertools import pairwise

import pytest

from vbg_framework.learning.portion import first_part

CLASSES = ["jar"] * 40 + ["ewer"] * 8 + ["vase"] * 3


@pytest.mark.parametrize("seed", range(5))
def test_a_smaller_part_is_contained_in_every_larger_one(seed):
    parts = [set(first_part(CLASSES, amount, seed)) for amount in (0, 0.1, 0.25, 0.5, 0.9, 1)]
    assert all(small < large for small, large in pairwise(parts))
    assert [len(part) for part in parts] == [0, 5, 13, 26, 46, 51]


@pytest.mark.parametrize("amount", [0.25, 0.5, 0.75])
def test_every_class_gives_the_same_share_to_a_record(amount):
    given = Counter(CLASSES[place] for place in first_part(CLASSES, amount, 7))
    assert all(abs(given[name] - amount * count) <= 1 for name, count in Counter(CLASSES).items())


def test_positions_rise_and_follow_from_the_seed():
    half = first_part(CLASSES, 0.5, 1)
    assert half == sorted(half) == first_part(CLASSES, 0.5, 1)
    assert half != first_part(CLASSES, 0.5, 2)
