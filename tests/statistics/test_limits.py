import math

import pytest
from scipy.stats import permutation_test, wilcoxon

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics.limits import cannot_reach, require_blocks, short, smallest_p


@pytest.mark.parametrize("pairs", [2, 5, 8])
def test_the_smallest_p_is_that_of_differences_that_all_go_one_way(pairs):
    differences = [1.0 + number for number in range(pairs)]
    assert smallest_p(pairs) == pytest.approx(wilcoxon(differences, method="exact").pvalue)
    flipped = permutation_test((differences,), sum, permutation_type="samples", n_resamples=math.inf)
    assert smallest_p(pairs) == pytest.approx(flipped.pvalue)


def test_five_pairs_cannot_reach_alpha():
    said = "5 pairs cannot reach alpha = .05: the smallest possible p of the sign-flip test is .0625."
    assert cannot_reach(5, 1, 0.05, "sign-flip test") == said
    assert cannot_reach(6, 1, 0.05, "sign-flip test") is None
    assert cannot_reach(5, 1, 0.1, "sign-flip test") is None


def test_several_arms_need_more_pairs():
    said = cannot_reach(7, 4, 0.05, "sign-flip test")
    assert said == (
        "7 pairs cannot reach alpha = .05 with 4 comparisons: the smallest possible p of the sign-flip test is .0156,"
        " and Holm's correction multiplies it by 4."
    )
    assert cannot_reach(8, 4, 0.05, "sign-flip test") is None


def test_a_diagram_of_few_data_sets_is_refused_with_the_reason_and_a_way_out():
    with pytest.raises(VBGError, match=r"got 2: with 8 arms .* differ by 7\.42, .* possible is 7\. Draw a forest plot"):
        require_blocks(8, 2, 7.4245)
    with pytest.raises(VBGError, match="needs 2 arms or more, got 1"):
        require_blocks(1, 20, 1.0)
    require_blocks(8, 8, 3.71)


def test_probabilities_are_printed_without_the_leading_zero():
    assert [short(p) for p in (0.05, 0.0625, 1.0, 0.000123)] == [".05", ".0625", "1", ".000123"]
