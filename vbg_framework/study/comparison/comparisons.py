"""The comparisons of a study: which arm against which control, and which of them count as one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean, median

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import Design, Difference, Interval, Note, Outcomes, compare_tables, hierarchical
from vbg_framework.statistics.hierarchy import METRICS as RESAMPLED
from vbg_framework.statistics.pairs import Replicate, Table
from vbg_framework.study.comparison.answers import outcomes
from vbg_framework.study.comparison.results import Results, higher_is_better
from vbg_framework.study.plan import Plan

NONE, CANARY = "none", "label-noise"
MODELS, COPIES, AUGMENTERS, CONTROLS, CHECK = "models", "copies", "augmenters", "controls", "check"
QUESTIONS = {
    MODELS: "Is it better than the reference?",
    COPIES: "Is it better than copying real records?",
    AUGMENTERS: "Is it better than real records alone?",
    CONTROLS: "What do the controls do to real records alone?",
    CHECK: "Does the study notice wrong labels?",
}
"""Families: Holm's correction counts the comparisons of each by itself, those of all tasks that decide together."""


@dataclass(frozen=True)
class Compared:
    """One arm minus its control.

    Args:
        difference: mean, interval, p, verdict and notes.
        values: replicate -> difference, of those that both have.
        objects: with one fixed test split: interval for other test objects of this kind; else None.
    """

    difference: Difference
    values: Mapping[Replicate, float]
    objects: Interval | None = None


@dataclass(frozen=True)
class Comparison:
    """One question, asked about several arms in one metric of one task.

    Args:
        question: a key of `QUESTIONS`.
        task: of the metric.
        metric: its name.
        exploratory: whether the plan did not name it as the one that decides.
        arms: one each, in the order of the plan.
    """

    question: str
    task: str
    metric: str
    exploratory: bool
    arms: tuple[Compared, ...]


def pairs_of(plan: Plan) -> dict[str, dict[str, str]]:
    """Question -> arm -> its control."""
    arms, reference = plan.arms, plan.reference
    twins = {arm.copies_of: arm.name for arm in arms if arm.copies_of}
    own = [arm.name for arm in arms if arm.kind == "augmenter"]
    others = [arm.name for arm in arms if arm.kind == "control" and arm.name not in (NONE, CANARY)]
    canaries = [arm.name for arm in arms if arm.name == CANARY]
    has_none = any(arm.name == NONE for arm in arms)
    return {
        MODELS: {name: reference for name in own if reference and name != reference},
        COPIES: {name: twins[name] for name in own if name in twins},
        AUGMENTERS: dict.fromkeys(own if has_none else [], NONE),
        CONTROLS: dict.fromkeys(others if has_none else [], NONE),
        CHECK: dict.fromkeys(canaries if has_none else [], NONE),
    }


def design_of(results: Results) -> Design | None:
    """Where the replicates come from, with the sizes of their splits in objects; None before the first run.

    With K folds all objects that a replicate does not test count as training objects, so that the overlap is
    1 / (K - 1): also those for validation, and those that are cut from scarce classes. So it was simulated.
    """
    if results.plan.split == "fixed":
        return Design("fixed")
    plan = results.plan
    arms = (outcomes(results, arm.name, task) for task in plan.tasks for arm in plan.arms)
    result = next(filter(None, arms), None)
    if result is None:
        return None
    tested = list(result.values())
    if folds := plan.folds:
        return Design("resplit", n_train=_objects_of(tested) * (folds - 1), n_test=_objects_of(tested))
    return resplit(tested, [run.metrics["data"]["counts"] for run in results.runs.values()])


def _objects_of(tested: Sequence[Outcomes]) -> int:
    """Test objects of a typical replicate."""
    return round(median(len(set(outcome.objects.tolist())) for outcome in tested))


def resplit(tested: Sequence[Outcomes], counts: Sequence[Mapping[str, int]]) -> Design:
    """The design of replicates that divide one data set, with the sizes of a typical one in objects.

    Args:
        tested: answers of some runs, which know the objects.
        counts: records per split; objects are taken to have as many views in all of them.
    """
    objects = _objects_of(tested)
    ratio = median(each["train"] / each["test"] for each in counts)
    return Design("resplit", n_train=max(1, round(objects * ratio)), n_test=objects)


def ask(results: Results, design: Design, question: str, cells: Sequence[tuple[str, str]]) -> list[Comparison]:
    """Compare all arms of one question with their controls, in some cells (task, metric); none if there is no such arm.

    Every arm may have a control of its own (as many copies as it made records), and still all of them in all of these
    cells are one family: what is compared are tables of paired differences, against a column of zeros. That gives what
    comparing pair by pair would give, with Holm's correction over all.
    """
    plan, controls = results.plan, pairs_of(results.plan)[question]
    if not controls:
        return []
    zeros: dict[Replicate, float | None] = {numbers[0]: 0.0 for numbers in plan.divisions}
    tables = [
        {arm: differences_of(results, arm, control, metric, task) for arm, control in controls.items()}
        for task, metric in cells
    ]
    result = compare_tables(
        [{**table, "": zeros} for table in tables], "", design=design, alpha=plan.alpha, margin=plan.margin,
        higher_is_better=[higher_is_better(metric) for _, metric in cells],
    )  # fmt: skip
    return [
        _comparison(results, question, metric, task, controls, table, differences)
        for (task, metric), table, differences in zip(cells, tables, result, strict=True)
    ]


def differences_of(results: Results, arm: str, control: str, metric: str, task: str) -> dict[Replicate, float | None]:
    """First replicate of a division -> mean over its replicates; None if one of them has no value."""
    mine, its = results.column(arm, metric, task), results.column(control, metric, task)
    each = {n: None if (a := mine[n]) is None or (b := its[n]) is None else a - b for n in mine}
    values = {numbers[0]: [each[n] for n in numbers] for numbers in results.plan.divisions}
    return {
        first: None if None in found else mean(v for v in found if v is not None) for first, found in values.items()
    }


def _comparison(
    results: Results, question: str, metric: str, task: str, controls: Mapping[str, str],
    table: Table, differences: Sequence[Difference],
) -> Comparison:  # fmt: skip
    plan = results.plan
    exploratory = (task, metric) not in plan.cells or not results.intact or plan.later is not None
    arms = [
        Compared(
            _named(each, controls[each.arm]),
            {number: value for number, value in table[each.arm].items() if value is not None},
            None if exploratory else _objects(results, each.arm, controls[each.arm], task, metric),
        )
        for each in differences
    ]
    return Comparison(question, task, metric, exploratory, tuple(arms))


def _named(result: Difference, control: str) -> Difference:
    """The same with the control's name, which the table of differences does not know."""
    missing, named = f"{result.arm} or :", f"{result.arm} or {control}:"
    notes = tuple(Note(note.code, note.replace(missing, named)) for note in result.notes)
    return replace(result, control=control, notes=notes)


def _objects(results: Results, arm: str, control: str, task: str, metric: str) -> Interval | None:
    """With one fixed test split: the interval that holds for other test objects, too."""
    plan = results.plan
    if plan.split != "fixed" or metric not in RESAMPLED:
        return None
    mine, its = (outcomes(results, name, task) for name in (arm, control))
    try:
        return hierarchical(mine, its, metric=metric, alpha=plan.alpha)
    except VBGError:  # no replicate in common, or other test records; deviations say so
        return None
