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
    assert PLAN.needs(Trial("duplicate-gan", 2)) == Trial("gan", 2)
    assert PLAN.needs(Trial("none", 2)) is None
