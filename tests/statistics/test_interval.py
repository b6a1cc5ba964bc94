import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, bootstrap, chi2, ttest_1samp

from vbg_framework.statistics.interval import bca_interval, spread_interval, t_interval, wilson_interval

DIFFERENCES = st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=20).map(np.array)
NORMAL = np.random.default_rng(0).normal(0.01, 0.02, 10)


@pytest.mark.parametrize("alpha", [0.05, 0.1])
def test_without_overlap_it_is_the_paired_t_interval(alpha):
    reference = ttest_1samp(NORMAL, 0).confidence_interval(1 - alpha)
    assert t_interval(NORMAL, alpha=alpha) == pytest.approx(tuple(reference))


def test_at_8_to_1_and_10_replicates_the_corrected_interval_is_half_as_wide_again():
    plain, corrected = t_interval(NORMAL), t_interval(NORMAL, overlap=1 / 8)
    assert corrected.high - corrected.low == pytest.approx(1.5 * (plain.high - plain.low))


@given(DIFFERENCES, st.floats(0, 1))
def test_it_contains_the_mean_and_turns_with_the_signs(differences, overlap):
    low, high = t_interval(differences, overlap=overlap)
    assert low <= differences.mean() + 1e-12
    assert differences.mean() <= high + 1e-12
    assert t_interval(-differences, overlap=overlap) == pytest.approx((-high, -low))


def test_many_studies_at_once_give_the_same():
    studies = np.random.default_rng(1).normal(size=(3, 8))
    low, high = t_interval(studies)
    for i, study in enumerate(studies):
        assert (low[i], high[i]) == pytest.approx(t_interval(study))


def test_bca_is_that_of_scipy_and_follows_the_seed():
    draws = np.random.default_rng(5)
    reference = bootstrap((NORMAL,), np.mean, n_resamples=999, method="BCa", rng=draws).confidence_interval
    assert bca_interval(NORMAL, seed=5, resamples=999) == pytest.approx(tuple(reference))
    assert bca_interval(NORMAL, seed=6, resamples=999) != bca_interval(NORMAL, seed=5, resamples=999)


@given(st.integers(1, 200), st.data(), st.sampled_from([0.05, 0.2]))
def test_the_interval_of_a_share_is_that_of_scipy(n, data, alpha):
    right = data.draw(st.integers(0, n))
    reference = binomtest(right, n).proportion_ci(1 - alpha, method="wilson")
    found = wilson_interval(right / n, n, alpha=alpha)
    assert found == pytest.approx(tuple(reference), abs=1e-12)
    assert 0 <= found.low <= right / n + 1e-12 <= found.high + 2e-12 <= 1 + 2e-12


def test_four_of_five_right_is_anything_between_38_and_96_percent():
    assert wilson_interval(4 / 5, 5) == pytest.approx((0.376, 0.964), abs=1e-3)


def test_the_interval_of_a_spread_holds_it_also_where_replicates_share_objects():
    low, high = spread_interval(2.0, 5)
    assert 4 * 2.0**2 / np.array([low, high]) ** 2 == pytest.approx(chi2.isf([0.025, 0.975], 4))
    draws = np.random.default_rng(4)
    drawn = draws.standard_normal((2000, 1)) + 3 * draws.standard_normal((2000, 5))
    found = [spread_interval(spread, 5) for spread in drawn.std(1, ddof=1)]
    assert np.mean([low <= 3 <= high for low, high in found]) == pytest.approx(0.95, abs=0.015)
