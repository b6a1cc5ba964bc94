import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nct, t

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import power, smallest_effect
from vbg_framework.statistics.power import fewest_pairs


def test_a_difference_of_one_standard_deviation():
    assert [round(power(1, pairs), 2) for pairs in (3, 5, 10)] == [0.18, 0.40, 0.80]


@pytest.mark.parametrize(("effect", "pairs", "overlap"), [(1, 10, 0), (0.4, 25, 0), (1, 10, 0.125), (2, 5, 0.125)])
def test_it_equals_that_of_the_noncentral_t(effect, pairs, overlap):
    limit, shift = t.isf(0.025, pairs - 1), effect / np.sqrt(1 / pairs + overlap)
    reference = nct.sf(limit, pairs - 1, shift) + nct.cdf(-limit, pairs - 1, shift)
    assert power(effect, pairs, overlap=overlap) == pytest.approx(reference)


def test_statsmodels_agrees():
    reference = pytest.importorskip("statsmodels.stats.power").TTestPower()
    assert power(0.7, 12) == pytest.approx(reference.power(0.7, 12, 0.05))
    assert smallest_effect(12) == pytest.approx(reference.solve_power(nobs=12, power=0.8, alpha=0.05), rel=1e-4)
    independent = 1 / (1 / 10 + 0.125)
    assert power(1, 10, overlap=0.125) == pytest.approx(reference.power(1, independent, 0.05, df=9))


@given(st.integers(2, 40), st.floats(0.2, 0.95), st.sampled_from([0, 0.125, 0.25]))
@settings(deadline=None, max_examples=30)
def test_the_smallest_effect_is_found_with_the_power_wanted(pairs, wanted, overlap):
    effect = smallest_effect(pairs, wanted=wanted, overlap=overlap)
    assert power(effect, pairs, overlap=overlap) == pytest.approx(wanted, abs=1e-6)


def test_no_effect_is_found_as_often_as_alpha_says():
    assert power(0, 8) == pytest.approx(0.05)
    assert power(0, 8, alpha=0.01, overlap=0.125) == pytest.approx(0.01)


def test_more_replicates_of_one_data_set_cannot_replace_data():
    found = [power(1, pairs, overlap=0.125) for pairs in (10, 100, 10_000)]
    assert found == sorted(found)
    assert found[-1] < 0.85 < power(1, 20)
    assert np.isfinite(found).all()


def test_the_fewest_replicates_find_the_effect_and_one_fewer_does_not():
    assert fewest_pairs(1.0, 50) == 10
    pairs = fewest_pairs(1.5, 50, wanted=0.7, alpha=0.01, overlap=0.125)
    known = {"alpha": 0.01, "overlap": 0.125}
    assert power(1.5, pairs, **known) >= 0.7 > power(1.5, pairs - 1, **known)
    assert fewest_pairs(0.3, 50, overlap=0.125) is None


def test_one_replicate_and_a_power_out_of_range_are_refused():
    with pytest.raises(VBGError, match="2 replicates or more, got 1"):
        power(1, 1)
    with pytest.raises(VBGError, match=r"between 0.05 and 1, got 1\.0"):
        smallest_effect(10, wanted=1.0)
