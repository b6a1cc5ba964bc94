import numpy as np
import pytest
from collection import seen

from vbg_framework.generation.quality.diversity import diversity


def test_spread_is_compared_within_each_class():
    known = seen(["a", "a", "b", "b"], [[0, 0], [4, 0], [100, 0], [100, 8]])
    made = seen(["a", "a", "b", "b", "c", "c"], [[0, 0], [2, 0], [50, 0], [50, 4], [0, 0], [0, 9]])
    found = diversity(made, known, seed=0)
    assert found["generated"] == pytest.approx(3)
    assert found["real"] == pytest.approx(6)
    assert found["ratio"] == pytest.approx(0.5)
    assert found["classes"] == 2


def test_a_class_counts_as_often_as_it_was_generated():
    known = seen(["a", "a", "b", "b"], [[0, 0], [6, 0], [0, 0], [6, 0]])
    made = seen(["a", "a", "b", "b", "b", "b"], [[0, 0], [3, 0], *[[0, 0], [6, 0]] * 2])
    assert diversity(made, known, seed=0)["generated"] == pytest.approx((2 * 3 + 4 * 4) / 6)


def test_repeats_are_counted_once_each():
    hashes = np.random.default_rng(0).integers(0, 256, (4, 32), np.uint8)
    hashes[2] = hashes[1] = hashes[0]
    found = diversity(seen(["a"] * 4, np.eye(4), hashes), seen(["a"], [[0] * 4]), seed=0)
    assert found["duplicates"] == 0.5
    assert found["ratio"] is None
    assert found["classes"] == 0
