"""Effects of several data sets become one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import pool

SPREAD = ([0.02, 0.05, -0.01, 0.04], [0.01, 0.012, 0.008, 0.02])
number = st.floats(-0.5, 0.5)
error = st.floats(0.001, 0.2)


@pytest.mark.full
def test_it_equals_statsmodels():
    from statsmodels.stats.meta_analysis import combine_effects

    means, errors = map(np.array, SPREAD)
    theirs = combine_effects(means, errors**2, method_re="iterated", use_t=True)
    ours = pool(means, errors)
    assert ours.tau**2 == pytest.approx(theirs.tau2, rel=1e-4)
    assert ours.mean == pytest.approx(theirs.mean_effect_re, rel=1e-4)
    wider = max(1.0, np.sqrt(theirs.scale_hksj_re))
    low, high = theirs.conf_int()[3]  # random effects, Hartung and Knapp
    assert (ours.interval.high - ours.interval.low) == pytest.approx(
        (high - low) * wider / np.sqrt(theirs.scale_hksj_re), rel=1e-4
    )
    assert ours.i_squared == pytest.approx(theirs.i2, rel=1e-6)
    assert ours.q_p == pytest.approx(theirs.test_homogeneity().pvalue, rel=1e-6)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(number, error), min_size=2, max_size=8))
def test_order_and_sign_change_nothing_else(given_):
    means, errors = map(list, zip(*given_, strict=True))
    one, turned = pool(means, errors), pool(means[::-1], errors[::-1])
    assert one.mean == pytest.approx(turned.mean, abs=1e-7)
    assert min(means) - 1e-9 <= one.mean <= max(means) + 1e-9
    negative = pool([-mean for mean in means], errors)
    assert negative.mean == pytest.approx(-one.mean, abs=1e-9)
    assert (negative.p, negative.tau, negative.i_squared) == pytest.approx((one.p, one.tau, one.i_squared), abs=1e-7)


def test_equal_effects_have_nothing_between_them():
    found = pool([0.03, 0.03, 0.03], [0.01, 0.02, 0.01])
    assert (found.mean, found.tau, found.i_squared) == pytest.approx((0.03, 0, 0))


@pytest.mark.parametrize("spread", [0.0, 0.02])
def test_the_interval_holds_the_mean_as_often_as_it_says(spread):
    rng, held = np.random.default_rng(0), []
    for _ in range(2000):
        errors = rng.uniform(0.005, 0.02, 3)
        means = 0.01 + rng.normal(0, spread, 3) + rng.normal(0, errors)
        low, high = pool(means, errors).interval
        held.append(low <= 0.01 <= high)
    assert 0.935 <= np.mean(held) <= 1


@pytest.mark.parametrize(("means", "errors"), [([0.1], [0.1]), ([0.1, 0.2], [0.1]), ([0.1, 0.2], [0.1, 0.0]),
                                               ([0.1, float("nan")], [0.1, 0.1])])  # fmt: skip
def test_what_cannot_be_pooled_is_refused(means, errors):
    with pytest.raises(VBGError, match="meta-analysis"):
        pool(means, errors)
