"""What a run took."""

import pytest
from small_study import arm, make_study, plan

from vbg_framework.study.comparison.expenses import SHARE, TUNING, costs, seconds_of
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.plan import Trial

ARMS = ("none", "gan", "duplicate-gan")


def spent(run, **more):
    return costs(run.metrics, run.rounds, run.experiment, **more)


def test_costs_count_the_training_of_every_round(tmp_path):
    results = gather(make_study(tmp_path, plan(ARMS, 1)))
    found = spent(results.runs[Trial("gan", 1)])
    assert (found["fit_seconds"], found["generate_seconds"], found["training_seconds"]) == (300, 12.5, 21 + 20)
    assert found["total_seconds"] == 300 + 12.5 + 41
    assert found["training_steps"] == 2 * 100
    assert found["generated"] == 200
    assert found[SHARE] == pytest.approx(200 / (200 + 960))
    none = spent(results.runs[Trial("none", 1)])
    assert (none["total_seconds"], none["training_steps"]) == (21, 100)


@pytest.mark.parametrize(("mix", "share"), [("synthetic_only", 1.0), ("replace", 0.3)])
def test_the_share_of_new_records_follows_the_policy_of_mixing(tmp_path, mix, share):
    gan = arm("gan", mix, **({"probability": share} if mix == "replace" else {}))
    results = gather(make_study(tmp_path, plan(("none", gan), 1)))
    assert results.mean("gan", SHARE) == share
    assert results.mean("none", SHARE) == 0


def test_trials_are_part_of_what_a_run_took_and_without_tuning_nothing_is_said_of_them(tmp_path):
    run = gather(make_study(tmp_path, plan(ARMS, 1))).runs[Trial("gan", 1)]
    assert TUNING not in spent(run)
    found = spent(run, tuning=100.0)
    assert (found[TUNING], found["total_seconds"]) == (100.0, 300 + 12.5 + 41 + 100)
    assert seconds_of(run.metrics, run.rounds) == 300 + 12.5 + 41
