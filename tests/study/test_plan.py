"""What is decided before the first run."""

import json
from dataclasses import replace

from vbg_framework.study.plan import Arm, Plan, Replicate, Trial

PLAN = Plan(
    study="s", tasks=("form",), metrics=("macro_f1",), alpha=0.05, margin=0.005, split="resplit", epochs=None, many=100,
    few=20,
    arms=(Arm("duplicate-gan", "control", {}, "gan"), Arm("gan", "augmenter", {"a": 1}), Arm("none", "control", {})),
    replicates=(Replicate(1, 5, 5), Replicate(2, 6, 6)),
)  # fmt: skip


def test_a_plan_comes_back_as_it_was_written():
    assert Plan.from_json(PLAN.to_json()) == PLAN


def test_the_task_of_a_plan_is_written_as_a_name_and_several_as_a_list():
    assert PLAN.to_json()["task"] == "form"
    several = replace(PLAN, tasks=("form", "glaze"))
    assert several.to_json()["task"] == ["form", "glaze"]
    assert Plan.from_json(json.loads(json.dumps(several.to_json()))) == several


def test_a_plan_of_one_task_has_the_hash_it_had_before_there_could_be_several():
    """Or studies that are under way could not be resumed."""
    planned = replace(PLAN, version="1.0")
    assert planned.hash == "4759fd4f4fc30dc52178ebdab27c97b06086189bf94f7622c7460b77c64e5e4d"
    assert list(planned.to_json())[:4] == ["hash", "study", "task", "metric"]


def test_any_change_changes_the_hash():
    others = [
        replace(PLAN, tasks=("glaze",)),
        replace(PLAN, tasks=("form", "glaze")),
        replace(PLAN, metrics=("accuracy",)),
        replace(PLAN, alpha=0.01),
        replace(PLAN, arms=PLAN.arms[:2]),
        replace(PLAN, replicates=PLAN.replicates[:1]),
    ]
    assert len({plan.hash for plan in [PLAN, *others]}) == 7


def test_copies_come_after_what_they_copy_replicate_by_replicate():
    names = [str(trial) for trial in PLAN.trials()]
    assert names == ["gan/01", "none/01", "duplicate-gan/01", "gan/02", "none/02", "duplicate-gan/02"]


def test_copies_need_what_they_copy_and_others_need_nothing():
    assert PLAN.needs(Trial("duplicate-gan", 2)) == [Trial("gan", 2)]
    assert PLAN.needs(Trial("none", 2)) == []


def test_an_arm_is_tuned_once_for_all_replicates_with_the_same_test_objects_and_they_wait_for_that():
    tune = {"trials": 4, "metric": "macro_f1", "seed": 0, "space": {"a": [1, 2]}}
    draws = (Replicate(1, 5, 5), Replicate(2, 5, 6), Replicate(3, 6, 7))
    tuned = replace(PLAN, arms=tuple(replace(arm, tune=tune) for arm in PLAN.arms), replicates=draws)
    assert [str(tuned.home(Trial("none", n))) for n in (1, 2, 3)] == ["none/01", "none/01", "none/03"]
    assert tuned.needs(Trial("none", 2)) == [Trial("none", 1)]
    assert tuned.needs(Trial("duplicate-gan", 2)) == [Trial("gan", 2), Trial("duplicate-gan", 1)]
    assert tuned.needs(Trial("none", 3)) == []
    assert (tuned.tuned, tuned.tries("none"), PLAN.tuned, PLAN.tries("none")) == (True, 8, False, 0)
    assert Plan.from_json(json.loads(json.dumps(tuned.to_json()))).hash == tuned.hash


def test_the_space_is_in_the_hash_and_a_plan_without_tuning_says_nothing_of_it():
    def planned(space):
        tune = {"trials": 4, "metric": "macro_f1", "seed": 0, "space": space}
        return replace(PLAN, arms=tuple(replace(arm, tune=tune) for arm in PLAN.arms)).hash

    assert len({planned({"a": [1, 2]}), planned({"a": [1, 3]}), PLAN.hash}) == 3
    assert "tune" not in PLAN.to_json()["arms"][0]
