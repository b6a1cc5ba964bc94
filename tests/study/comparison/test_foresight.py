"""What a study can find, held to simulated studies and to the rule that decides in a real one."""

import numpy as np
import pytest
from small_study import make_study, plan

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics.interval import standard_error
from vbg_framework.statistics.significance import corrected_t_p, holm
from vbg_framework.study.comparison.comparisons import design_of
from vbg_framework.study.comparison.foresight import MOST, Foreseen, foresee
from vbg_framework.study.comparison.results import gather

ARMS = ("none", "gan", "lora", "duplicate-gan", "duplicate-lora", "label-noise")
ONE = Foreseen("gan", "none", "form", "macro_f1", 5, 0.02, 0.05 / 3, 0.125, flips=False)


@pytest.fixture(scope="module")
def pilot(tmp_path_factory):
    return gather(make_study(tmp_path_factory.mktemp("pilot"), plan(ARMS, 4), leave_out={("lora", 3)}))


def test_the_spread_is_that_of_the_pilot_and_the_level_that_of_the_family(pilot):
    planned = plan(ARMS, 12, metrics=("macro_f1", "accuracy"))
    found = {(each.arm, each.control, each.metric): each for each in foresee(planned, pilot)}
    assert len(found) == 8  # 2 arms, against copies and real records, in 2 metrics; no control, no wrong labels
    gan = pilot.column("gan", "accuracy", "form"), pilot.column("none", "accuracy", "form")
    each = found["gan", "none", "accuracy"]
    assert each.spread == pytest.approx(np.std([gan[0][n] - gan[1][n] for n in range(1, 5)], ddof=1))
    assert (each.pairs, each.alpha, each.overlap) == (4, 0.05 / 4, design_of(pilot).overlap)
    assert found["lora", "none", "macro_f1"].pairs == 3


def test_power_and_fewest_replicates_are_those_of_simulated_studies_with_holms_correction():
    spread, overlap, wanted = 0.02, 0.125, 0.8
    draws, studies = np.random.default_rng(5), 2000
    effect = 0.035
    pairs = ONE.fewest(effect, wanted)
    assert ONE.chance(effect, pairs) >= wanted > ONE.chance(effect, pairs - 1)
    shared = draws.standard_normal((studies, 3, 1)) * np.sqrt(overlap)  # the data set that all replicates divide
    differences = effect + spread * (shared + draws.standard_normal((studies, 3, pairs)))
    ps = np.array([[corrected_t_p(arm, overlap=overlap) for arm in study] for study in differences])
    first = np.mean(ps[:, 0] <= ONE.alpha)
    assert first == pytest.approx(ONE.chance(effect, pairs), abs=0.03)
    assert np.mean([holm(study)[0] <= 0.05 for study in ps]) >= first  # the later steps find more
    assert ONE.smallest(pairs, ONE.chance(effect, pairs)) == pytest.approx(effect)
    error = np.mean(standard_error(differences, overlap)) / np.std(differences.mean(-1))
    assert error == pytest.approx(1, abs=0.05)  # the simulation is the one that the correction is made for


def test_no_number_of_replicates_finds_an_effect_that_only_more_objects_would():
    assert ONE.fewest(0.005, 0.8) is None
    assert ONE.chance(0.005, MOST) < 0.1
    assert ONE.fewest(0.035, 0.8, spread=0.01) < ONE.fewest(0.035, 0.8)


def test_sign_flips_of_few_replicates_find_nothing():
    flips = Foreseen("gan", "none", "form", "macro_f1", 5, 0.02, 0.05 / 3, 0.0, flips=True)
    assert (flips.chance(0.5, 6), flips.smallest(6, 0.8), flips.fewest(0.5, 0.8)) == (0.0, None, 7)
    assert flips.chance(0.5, 7) > 0.99


def test_a_comparison_the_pilot_lacks_has_no_power(pilot):
    unknown = foresee(plan(("none", "gan-new", "gan"), 5), pilot)[0]
    assert (unknown.arm, unknown.spread, unknown.between) == ("gan-new", None, None)
    assert (unknown.chance(0.1, 5), unknown.smallest(5, 0.8), unknown.fewest(0.1, 0.8)) == (None, None, None)


def test_a_pilot_that_tells_nothing_is_refused(pilot, tmp_path):
    with pytest.raises(VBGError, match="`split` is resplit there and fixed here"):
        foresee(plan(ARMS, split="fixed"), pilot)
    with pytest.raises(VBGError, match=r"is: gan-new - none in macro_f1\. It has 0 replicates of it\. Name"):
        foresee(plan(("none", "gan-new")), pilot)
    begun = plan(("none", "gan"), 2)
    with pytest.raises(VBGError, match="no run of it is finished"):
        foresee(plan(), gather(make_study(tmp_path, begun, leave_out={tuple(trial) for trial in begun.trials()})))


def test_a_pilot_whose_differences_are_all_equal_is_not_told_to_run_more_replicates(tmp_path):
    alike = plan(("none", "gan"), 4)
    pilot = gather(make_study(tmp_path, alike, skills={"none": 1.5, "gan": 1.5}))
    with pytest.raises(VBGError, match=r"macro_f1\. Its differences do not vary in 4 replicates\. Name a study"):
        foresee(alike, pilot)
