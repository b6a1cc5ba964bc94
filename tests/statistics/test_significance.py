import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import PermutationMethod, permutation_test, ttest_1samp, wilcoxon

from vbg_framework.statistics.significance import corrected_t_p, holm, sign_flip_p, wilcoxon_p

# Hundredths, so that ties, zeros and sums that differ only by rounding occur.
DIFFERENCES = st.lists(st.integers(-20, 20), min_size=2, max_size=9).map(lambda values: np.array(values) / 100)
PS = st.lists(st.floats(0, 1), min_size=1, max_size=8)


def all_flips(values):
    """Every sign, one after the other, in whole numbers."""
    whole = np.round(values * 100).astype(int)
    sums = [
        abs(sum(s * v for s, v in zip(signs, whole, strict=True)))
        for signs in itertools.product([1, -1], repeat=len(whole))
    ]
    return np.mean([total >= abs(whole.sum()) for total in sums])


@given(DIFFERENCES)
@settings(deadline=None)
def test_up_to_16_pairs_all_signs_are_counted(differences):
    assert sign_flip_p(differences) == pytest.approx(all_flips(differences))


def test_it_is_the_permutation_test_of_scipy():
    differences = np.random.default_rng(0).normal(0.5, 1, 10)
    reference = permutation_test((differences,), np.mean, permutation_type="samples", n_resamples=np.inf)
    assert sign_flip_p(differences) == pytest.approx(reference.pvalue)


def test_above_16_pairs_signs_are_drawn_with_a_seed_and_p_is_never_0():
    differences = np.random.default_rng(1).normal(0.4, 1, 18)
    signs = np.array(list(itertools.product([1, -1], repeat=17)), dtype=np.int8)
    sums = signs @ differences[:17] + differences[17]
    exact = np.mean(np.abs(sums) >= abs(differences.sum()) - 1e-12)
    found = sign_flip_p(differences, seed=3)
    assert found == pytest.approx(exact, abs=4 * np.sqrt(exact / 9999))
    assert found == sign_flip_p(differences, seed=3)
    assert sign_flip_p(np.arange(1.0, 31)) == 1 / 10_000


@given(DIFFERENCES, st.floats(0.01, 100))
@settings(deadline=None)
def test_unit_and_direction_do_not_matter(differences, factor):
    assert sign_flip_p(differences) == sign_flip_p(-differences) == sign_flip_p(differences * factor)


def test_no_difference_at_all_has_p_1():
    assert sign_flip_p(np.zeros(8)) == wilcoxon_p(np.zeros(8)) == 1


def test_without_overlap_the_corrected_t_is_the_paired_t_and_overlap_makes_it_more_careful():
    differences = np.random.default_rng(2).normal(0.5, 1, 10)
    t = ttest_1samp(differences, 0)
    assert corrected_t_p(differences, overlap=0) == pytest.approx(t.pvalue)
    assert corrected_t_p(differences, overlap=0.125) > t.pvalue
    # t shrinks by sqrt((1/10) / (1/10 + 1/8)) = 2/3
    smaller = ttest_1samp(differences - differences.mean() / 3, 0)
    assert corrected_t_p(differences, overlap=0.125) == pytest.approx(smaller.pvalue)


def test_wilcoxon_is_that_of_scipy_with_and_without_ties():
    differences = np.random.default_rng(3).normal(0.5, 1, 12)
    assert wilcoxon_p(differences) == pytest.approx(wilcoxon(differences, method="exact").pvalue)
    tied = np.array([1, 1, -1, 2, 2, 3, 0, 4, -2, 5.0])
    reference = wilcoxon(tied[tied != 0], method=PermutationMethod(n_resamples=np.inf))
    assert wilcoxon_p(tied) == pytest.approx(reference.pvalue)


def test_holm_on_an_example_worked_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def test_statsmodels_agrees_on_holm():
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    ps = np.random.default_rng(4).random(7) ** 2
    assert holm(ps.tolist()) == pytest.approx(multitest.multipletests(ps, method="holm")[1])


@given(PS)
def test_holm_keeps_the_order_and_makes_nothing_smaller(ps):
    adjusted = holm(ps)
    assert all(p <= new <= 1 for p, new in zip(ps, adjusted, strict=True))
    ordered = [adjusted[i] for i in np.argsort(ps, kind="stable")]
    assert ordered == sorted(ordered)


@given(PS)
def test_a_comparison_that_failed_counts_as_one(ps):
    assert holm([*ps, None]) == [*holm([*ps, 1.0])[:-1], None]
