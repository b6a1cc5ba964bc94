import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp, wilcoxon

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import Design, compare
from vbg_framework.statistics.interval import bca_interval, t_interval
from vbg_framework.statistics.significance import holm, sign_flip_p

INDEPENDENT, RESPLIT = Design("independent"), Design("resplit", n_train=800, n_test=100)


def study(effects, pairs=10, noise=0.01, seed=0):
    """A table with a control `none` and arms that differ from it by an effect and noise."""
    draws = np.random.default_rng(seed)
    none = 0.7 + draws.normal(0, 0.03, pairs)
    arms = {arm: none + effect + draws.normal(0, noise, pairs) for arm, effect in effects.items()}
    return {arm: dict(enumerate(values.tolist())) for arm, values in {"none": none, **arms}.items()}


def differences(table, arm):
    return np.array([table[arm][r] - table["none"][r] for r in table["none"] if r in table[arm]])


def test_independent_replicates_have_a_paired_t_interval_and_a_sign_flip_p():
    table = study({"gan": 0.02, "sd": 0.0})
    gan, sd = compare(table, "none", design=INDEPENDENT)
    assert (gan.arm, gan.control, gan.pairs, gan.missing) == ("gan", "none", 10, ())
    assert gan.mean == pytest.approx(differences(table, "gan").mean())
    assert gan.interval == pytest.approx(tuple(ttest_1samp(differences(table, "gan"), 0).confidence_interval()))
    assert gan.p == sign_flip_p(differences(table, "gan"))
    assert [gan.p_holm, sd.p_holm] == holm([gan.p, sd.p])
    assert (gan.interval_method, gan.p_method) == ("95 % interval, paired t", "sign-flip test")
    assert (gan.verdict, sd.verdict) == ("better", "unclear")
    assert gan.bca is None


def test_replicates_that_resplit_one_data_set_have_the_corrected_t():
    table = study({"gan": 0.02})
    (gan,) = compare(table, "none", design=RESPLIT)
    values = differences(table, "gan")
    assert gan.interval == pytest.approx(t_interval(values, overlap=0.125))
    assert gan.p == pytest.approx(ttest_1samp(values - values.mean() / 3, 0).pvalue)
    assert gan.interval_method == "95 % interval, corrected resampled t"
    assert gan.p_method == "corrected resampled t"


def test_across_data_sets_wilcoxon_decides():
    table = study({"gan": 0.02}, pairs=9)
    (gan,) = compare(table, "none", design=Design("datasets"))
    assert gan.p == pytest.approx(wilcoxon(differences(table, "gan"), method="exact").pvalue)
    assert gan.p_method == "Wilcoxon signed-rank test"


def test_of_one_fixed_split_the_claim_is_about_this_split():
    (gan,) = compare(study({"gan": 0.02}), "none", design=Design("fixed"))
    assert gan.notes == ("The claim is about this test split; other objects may say something else.",)
    assert gan.verdict == "better"


def test_losses_are_better_when_smaller():
    table = study({"gan": 0.02, "sd": -0.02})
    assert [d.verdict for d in compare(table, "none", design=INDEPENDENT)] == ["better", "worse"]
    found = compare(table, "none", design=INDEPENDENT, higher_is_better=False)
    assert [d.verdict for d in found] == ["worse", "better"]


def test_five_pairs_cannot_be_significant_and_the_result_says_so():
    (gan,) = compare(study({"gan": 0.1}, pairs=5), "none", design=INDEPENDENT)
    assert gan.p == 0.0625
    assert gan.interval.low > 0
    assert gan.verdict == "unclear"
    assert gan.notes == (
        "5 pairs cannot reach alpha = .05: the smallest possible p of the sign-flip test is .0625.",
        "The interval leaves out 0, but p after Holm's correction is .0625: no verdict without both.",
    )


def test_a_difference_within_the_margin_is_a_finding():
    (copies,) = compare(study({"copies": 0.0}, noise=0.002), "none", design=INDEPENDENT)
    assert (copies.verdict, copies.notes) == ("equivalent", ())
    (tiny,) = compare(study({"tiny": 0.002}, noise=0.001), "none", design=INDEPENDENT)
    assert tiny.interval.low > 0
    assert tiny.verdict == "equivalent"
    assert tiny.notes == ("There is a difference, but a smaller one than the margin of 0.005.",)
    assert compare(study({"tiny": 0.002}, noise=0.001), "none", design=INDEPENDENT, margin=0.001)[0].verdict == "better"


def test_failed_runs_are_named_and_leave_the_other_pairs():
    table = study({"gan": 0.02, "sd": 0.0})
    del table["gan"][3]
    table["gan"][7] = None
    gan, sd = compare(table, "none", design=INDEPENDENT)
    assert (gan.pairs, gan.missing) == (8, (3, 7))
    assert gan.notes[0] == "No value in gan or none: 3, 7. If that has a cause, what is left is biased."
    assert (sd.pairs, sd.missing) == (10, ())


def test_an_arm_of_which_every_run_failed_does_not_stop_the_others():
    table = study({"gan": 0.02}) | {"sd": {}}
    gan, sd = compare(table, "none", design=INDEPENDENT)
    assert gan.verdict == "better"
    assert gan.p_holm == 2 * gan.p
    assert (sd.pairs, sd.mean, sd.interval, sd.p, sd.p_holm, sd.verdict) == (0, None, None, None, None, "unclear")
    assert sd.notes[-1] == "An interval needs 2 pairs or more."


@pytest.mark.parametrize("design", [INDEPENDENT, RESPLIT], ids=lambda design: design.kind)
@pytest.mark.parametrize("effect", [0.0, 0.1])
def test_differences_without_any_spread_are_no_certainty(design, effect):
    table = {"none": {r: r / 10 for r in range(8)}, "same": {r: r / 10 + effect for r in range(8)}}
    (same,) = compare(table, "none", design=design)
    assert (same.interval, same.verdict) == (None, "unclear")
    assert same.notes[-1] == f"All 8 differences are {effect:+.3f}: chance cannot be judged. Are the arms the same?"


def test_bca_stands_beside_with_30_independent_pairs():
    table = study({"gan": 0.01}, pairs=30)
    (gan,) = compare(table, "none", design=INDEPENDENT, seed=4)
    assert gan.bca == bca_interval(differences(table, "gan"), seed=4)
    assert compare(table, "none", design=RESPLIT)[0].bca is None
    assert compare(study({"gan": 0.01}, pairs=29), "none", design=INDEPENDENT)[0].bca is None


def test_an_unknown_control_is_refused_and_a_control_alone_is_compared_with_nothing():
    with pytest.raises(VBGError, match="unknown arm 'nome'. Did you mean 'none'?"):
        compare(study({"gan": 0.0}), "nome", design=INDEPENDENT)
    assert compare(study({}), "none", design=INDEPENDENT) == []


TABLES = st.builds(
    study,
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.floats(-0.05, 0.05), min_size=1),
    pairs=st.integers(2, 12),
    noise=st.floats(1e-4, 0.05),
    seed=st.integers(0, 2**16),
)


@given(TABLES, st.sampled_from([INDEPENDENT, RESPLIT, Design("fixed"), Design("datasets")]))
@settings(deadline=None, max_examples=60)
def test_a_verdict_agrees_with_what_is_printed(table, design):
    for found in compare(table, "none", design=design):
        low, high = found.interval
        assert low <= found.mean <= high
        assert found.p <= found.p_holm
        if found.verdict == "equivalent":
            assert max(abs(low), abs(high)) <= 0.005
        elif found.verdict != "unclear":
            assert low > 0 if found.verdict == "better" else high < 0
            assert found.p_holm <= 0.05
