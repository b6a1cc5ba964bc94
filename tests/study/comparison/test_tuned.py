from dataclasses import replace

from small_study import arm, make_study, plan

from vbg_framework.base.jsonl import write_lines
from vbg_framework.study.comparison.analysis import analyse
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.comparison.tuned import tuned
from vbg_framework.study.plan import Replicate, Trial

TUNE = {"trials": 2, "metric": "macro_f1", "seed": 0, "space": {"train.learning_rate": [0.1, 0.01]}}


def test_trials_are_told_once_per_arm_and_division_with_the_best(tmp_path):
    arms = [replace(arm(name), tune=TUNE) for name in ("none", "gan")]
    folder = make_study(tmp_path, plan(arms, (Replicate(1, 1, 1), Replicate(2, 1, 2), Replicate(3, 2, 3))))
    for name, number in (("none", 1), ("none", 3), ("gan", 1), ("gan", 3)):
        place = folder.tuning(Trial(name, number)).path
        place.mkdir(parents=True)
        lines = [
            {"params": {"train.learning_rate": rate}, "score": rate + number, "seconds": 2.0} for rate in (0.01, 0.1)
        ]
        write_lines(place / "trials.jsonl", lines)
    found = list(tuned(gather(folder)))
    assert [(each.arm, each.replicate, each.chosen, each.seconds) for each in found] == [
        ("none", 1, 2, 4.0), ("none", 3, 2, 4.0), ("gan", 1, 2, 4.0), ("gan", 3, 2, 4.0),
    ]  # fmt: skip
    assert found[0].params == {"train.learning_rate": 0.1}
    assert gather(folder).column("gan", "tuning_seconds") == {1: 2.0, 2: 2.0, 3: 4.0}


def test_a_study_without_tuning_has_none(tmp_path):
    analysis = analyse(gather(make_study(tmp_path, plan(("none", "gan"), 2))))
    assert analysis.tuning == ()
    assert "tuning_seconds" not in analysis.arms[0].costs
