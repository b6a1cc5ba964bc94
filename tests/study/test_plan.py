"""What is decided before the first run."""

from dataclasses import replace

from vbg_framework.study.plan import Arm, Plan, Replicate, Trial

PLAN = Plan(
    study="s", task="form", metric="macro_f1", alpha=0.05, margin=0.005, split="resplit", epochs=None, many=100, few=20,
    arms=(Arm("duplicate-gan", "control", {}, "gan"), Arm("gan", "augmenter", {"a": 1}), Arm("none", "control", {})),
    replicates=(Replicate(1, 5, 5), Replicate(2, 6, 6)),
)  # fmt: skip


def test_a_plan_comes_back_as_it_was_written():
    assert Plan.from_json(PLAN.to_json()) == PLAN


def test_any_change_changes_the_hash():
    others = [
        replace(PLAN, metric="accuracy"),
        replace(PLAN, alpha=0.01),
        replace(PLAN, arms=PLAN.arms[:2]),
        replace(PLAN, replicates=PLAN.replicates[:1]),
    ]
    assert len({plan.hash for plan in [PLAN, *others]}) == 5


def test_copies_come_after_what_they_copy_replicate_by_replicate():
    names = [str(trial) for trial in PLAN.trials()]
    assert names == ["gan/01", "none/01", "duplicate-gan/01", "gan/02", "none/02", "duplicate-gan/02"]


def test_copies_need_what_they_copy_and_others_need_nothing():
    assert PLAN.needs(Trial("duplicate-gan", 2)) == Trial("gan", 2)
    assert PLAN.needs(Trial("none", 2)) is None
