"""Recall of scarce classes per arm, pooled over all replicates."""

from __future__ import annotations

from dataclasses import dataclass

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import ClassDifference, ClassRecall, class_differences, class_recalls, shots
from vbg_framework.statistics.shots import Shot
from vbg_framework.study.comparison.answers import outcomes
from vbg_framework.study.comparison.comparisons import AUGMENTERS, COPIES, MODELS, pairs_of
from vbg_framework.study.comparison.results import Results


@dataclass(frozen=True)
class ClassRow:
    """One class in an arm and its control.

    Args:
        train: real training records, the median over runs.
        shot: `many`, `medium` or `few`.
        arm, control: recalls.
        difference: arm minus control.
    """

    train: int
    shot: Shot
    arm: ClassRecall
    control: ClassRecall
    difference: ClassDifference


@dataclass(frozen=True)
class Tail:
    """All classes of a task in one arm against its control, the scarcest first."""

    task: str
    arm: str
    control: str
    rows: tuple[ClassRow, ...]


def tails(results: Results) -> list[Tail]:
    """Every augmenter against its copies, or against real records alone if nothing was copied for it."""
    pairs = pairs_of(results.plan)
    controls = {**pairs[MODELS], **pairs[AUGMENTERS], **pairs[COPIES]}
    found = [_tail(results, task, arm, control) for task in results.plan.tasks for arm, control in controls.items()]
    return [tail for tail in found if tail is not None]


def _tail(results: Results, task: str, arm: str, control: str) -> Tail | None:
    plan, classes = results.plan, results.tasks[task]
    mine, its = (outcomes(results, name, task) for name in (arm, control))
    both = [number for number in mine if number in its]
    mine, its = ({number: result[number] for number in both} for result in (mine, its))
    try:
        differences = class_differences(mine, its, classes, alpha=plan.alpha)
    except VBGError:  # no replicate in common, or other test records; deviations say so
        return None
    counts = results.counts[task]
    kinds = shots(counts, many=plan.many, few=plan.few)
    recalls = [class_recalls(runs, classes, alpha=plan.alpha) for runs in (mine, its)]
    rows = [
        ClassRow(counts[name], kinds[name], a, c, d)
        for name, a, c, d in zip(classes, *recalls, differences, strict=True)
        if a.total
    ]
    return Tail(task, arm, control, tuple(sorted(rows, key=lambda row: (row.train, row.arm.name))))
