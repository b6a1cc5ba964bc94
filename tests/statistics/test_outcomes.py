import numpy as np
import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import Outcomes
from vbg_framework.statistics.outcomes import shared

EYE = np.eye(3, dtype=bool)


def outcomes(truth, objects=None):
    return Outcomes(np.arange(len(truth)) if objects is None else np.array(objects), EYE[truth], EYE[truth])


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(VBGError, match=r"one shape \(n, C\), n > 0, got \(2, 3\) and \(1, 3\)"):
        Outcomes(np.arange(2), EYE[[0, 1]], EYE[[0]])
    with pytest.raises(VBGError, match="n > 0, got"):
        outcomes(np.array([], dtype=int))
    with pytest.raises(VBGError, match="one object per record, got 1 for 2"):
        outcomes([0, 1], objects=[0])


def test_only_replicates_that_both_have_are_paired():
    arm = {0: outcomes([0, 1]), 1: outcomes([2, 1]), 2: outcomes([0, 0])}
    assert shared(arm, {2: outcomes([0, 0]), 1: outcomes([2, 1]), 5: outcomes([0, 0])}) == [1, 2]
    with pytest.raises(VBGError, match="no replicate in common"):
        shared(arm, {7: outcomes([0, 1])})


@pytest.mark.parametrize("other", [outcomes([0, 2]), outcomes([0, 1], objects=[4, 5]), outcomes([0, 1, 1])])
def test_runs_tested_on_different_records_are_not_compared(other):
    with pytest.raises(VBGError, match="outcomes: replicate 3: the runs compared were tested on different records"):
        shared({3: outcomes([0, 1])}, {3: other})
