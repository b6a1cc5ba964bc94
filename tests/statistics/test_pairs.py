import math

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics.pairs import pair

TABLE = {"none": {0: 0.5, 1: 0.6, 2: 0.7, 3: None}, "gan": {2: 0.8, 0: 0.9, 3: 0.4}, "sd": {4: math.nan, 1: 0.1}}


def test_pairs_are_formed_from_replicates_that_both_have():
    pairs = pair(TABLE, "gan", "none")
    assert pairs.arm.tolist() == [0.9, 0.8]
    assert pairs.control.tolist() == [0.5, 0.7]
    assert pairs.differences.tolist() == pytest.approx([0.4, 0.1])


def test_missing_replicates_are_named_even_if_only_another_arm_names_them():
    assert pair(TABLE, "gan", "none").missing == (1, 3, 4)
    assert pair(TABLE, "sd", "none").missing == (0, 2, 3, 4)
    assert pair({"a": {"x": 1.0}, "b": {"y": 1.0}}, "a", "b").differences.tolist() == []


def test_an_arm_nobody_knows_and_an_infinite_value_are_refused():
    with pytest.raises(VBGError, match="unknown arm 'gam'. Did you mean 'gan'?"):
        pair(TABLE, "gam", "none")
    with pytest.raises(VBGError, match="comparison: gan: replicate 7 must have a finite value, got inf"):
        pair({**TABLE, "gan": {7: math.inf}}, "gan", "none")
