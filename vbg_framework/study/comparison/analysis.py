"""Everything a study says in numbers: the planned comparisons first, then what is exploratory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import Design, critical_difference
from vbg_framework.statistics.pairs import Replicate
from vbg_framework.study.comparison.comparisons import CANARY, CHECK, QUESTIONS, Compared, Comparison, ask, design_of
from vbg_framework.study.comparison.deviations import deviations
from vbg_framework.study.comparison.expenses import GENERATED, MEMORY, PER_THOUSAND, SECONDS, SHARE, STEPS, TUNING
from vbg_framework.study.comparison.recovered import Recovery, recovery_of
from vbg_framework.study.comparison.results import RECALLS, WORST, Excluded, Results, higher_is_better
from vbg_framework.study.comparison.tail import Tail, tails
from vbg_framework.study.comparison.tuned import Tuned, tuned
from vbg_framework.study.deciding import Deciding

METRICS = ("macro_f1", "accuracy", "balanced_accuracy", "map", "roc_auc", *RECALLS, WORST, "ece", "brier")
UPPER, TEXT = "extra-real", "text-only"


@dataclass(frozen=True)
class ArmRow:
    """One arm by itself.

    Args:
        name: of the arm.
        kind: `augmenter` or `control`.
        runs: that count.
        means: task that decides -> metric -> mean over its runs; None where it is undefined.
        costs: seconds of fitting, generating, training, tuning (if there was any) and in all, peak memory in MiB, and
            seconds per 1,000 records kept and generated records: means per run.
        share: of generated records in training, mean.
        family: arms that differ only in how much is mixed in share this number; None if it is alone.
    """

    name: str
    kind: str
    runs: int
    means: Mapping[str, Mapping[str, float | None]]
    costs: Mapping[str, float | None]
    share: float
    family: int | None

    def mean(self, metric: str) -> float | None:
        """Mean over its runs and the tasks that decide; None if it is undefined in one of these."""
        values = [result[metric] for result in self.means.values()]
        known = [value for value in values if value is not None]
        return sum(known) / len(known) if known and len(known) == len(values) else None


@dataclass(frozen=True)
class Analysis(Deciding):
    """A study in numbers; what is not there yet is empty.

    Args:
        study: its name.
        plan_hash: of the plan.
        tasks, metrics, alpha, margin, split, epochs: as planned.
        replicates: planned.
        planned, finished: runs.
        design: where replicates come from; None before the first run.
        arms: in the order of the plan.
        primary: the planned comparisons: one per question, task that decides and metric that decides.
        exploratory: the same in other metrics and tasks.
        tails: class by class.
        ranking: why there is no critical-difference diagram.
        excluded: runs of the plan that do not count.
        deviations: what was not as planned.
        reference: the arm that models are compared with, if any.
        published: source and figures of a paper, as planned.
        recovery: attributes recovered in generated pictures beside gains; None if that was not measured.
        later: what was added after results were seen, in words; empty if nothing was.
        extended: the planned comparisons with that, exploratory.
        tuning: the trials of every arm, if there were any.
    """

    study: str
    plan_hash: str
    tasks: tuple[str, ...]
    metrics: tuple[str, ...]
    alpha: float
    margin: float
    split: str
    epochs: int | None
    replicates: int
    planned: int
    finished: int
    design: Design | None
    arms: tuple[ArmRow, ...]
    primary: tuple[Comparison, ...]
    exploratory: tuple[Comparison, ...]
    tails: tuple[Tail, ...]
    ranking: str
    excluded: tuple[Excluded, ...]
    deviations: tuple[str, ...]
    reference: str | None = None
    published: Mapping[str, Any] | None = None
    recovery: Recovery | None = None
    later: str = ""
    extended: tuple[Comparison, ...] = ()
    tuning: tuple[Tuned, ...] = ()

    @property
    def own(self) -> list[str]:
        """Names of the arms that were asked about before the first run."""
        known = {each.difference.arm for comparison in self.primary for each in comparison.arms}
        return [arm.name for arm in self.arms if arm.kind == "augmenter" and (arm.name in known or not self.later)]

    def answer(self, question: str, arm: str, task: str, metric: str | None = None) -> Compared | None:
        """What the planned comparison says of an arm in a task and metric (None: the first); None if not asked."""
        cell = (question, task, metric or self.metric)
        asked = [each for each in self.primary if (each.question, each.task, each.metric) == cell]
        results = [each for comparison in asked for each in comparison.arms]
        return next((each for each in results if each.difference.arm == arm), None)

    def arm(self, name: str) -> ArmRow | None:
        """One arm by itself."""
        return next((arm for arm in self.arms if arm.name == name), None)

    def has_power(self, task: str, metric: str | None = None) -> bool | None:
        """Whether wrong labels were shown to hurt in a task and metric; None if that was not tried or not measured."""
        canary = self.answer(CHECK, CANARY, task, metric)
        return None if canary is None or not canary.difference.pairs else canary.difference.verdict == "worse"


def analyse(results: Results) -> Analysis:
    """Work everything out.

    Raises:
        VBGError: a value is infinite.
    """
    plan, design = results.plan, design_of(results)
    primary = _planned(results.original, design)
    return Analysis(
        study=plan.study, plan_hash=plan.hash, tasks=plan.tasks, metrics=plan.metrics, alpha=plan.alpha,
        margin=plan.margin, split=plan.split, epochs=plan.epochs, replicates=len(plan.replicates),
        planned=sum(1 for _ in plan.trials()), finished=len(results.runs), design=design,
        arms=tuple(_arms(results)),
        primary=primary,
        exploratory=tuple(_exploratory(results, design)) if design else (),
        tails=tuple(tails(results)) if design else (),
        ranking=_ranking(results),
        excluded=results.excluded,
        deviations=tuple(deviations(results)),
        reference=plan.reference, published=plan.published, recovery=recovery_of(results, primary),
        later=str(plan.later or ""), extended=_planned(results, design) if plan.later else (),
        tuning=tuple(tuned(results)),
    )  # fmt: skip


def _planned(results: Results, design: Design | None) -> tuple[Comparison, ...]:
    """Every question in what decides."""
    asked = [ask(results, design, question, results.plan.cells) for question in QUESTIONS] if design else []
    return tuple(chain(*asked))


def _exploratory(results: Results, design: Design) -> Iterator[Comparison]:
    plan = results.plan
    wanted = [*product(plan.tasks, METRICS), *((task, plan.metric) for task in results.tasks)]
    for cell in dict.fromkeys(wanted):
        if cell not in plan.cells:
            for question in QUESTIONS:
                yield from ask(results, design, question, [cell])


def _arms(results: Results) -> Iterator[ArmRow]:
    families = _families(results)
    metrics = dict.fromkeys([*results.plan.metrics, *METRICS])
    spent = (*SECONDS, *MEMORY, PER_THOUSAND, STEPS, GENERATED, *((TUNING,) if results.plan.tuned else ()))
    for arm in results.plan.arms:
        yield ArmRow(
            name=arm.name,
            kind=arm.kind,
            runs=sum(trial.arm == arm.name for trial in results.runs),
            means={
                task: {metric: results.mean(arm.name, metric, task) for metric in metrics}
                for task in results.plan.tasks
            },
            costs={name: results.mean(arm.name, name) for name in spent},
            share=results.mean(arm.name, SHARE) or 0.0,
            family=families.get(arm.name),
        )


def _families(results: Results) -> dict[str, int]:
    """Arms that differ only in the amounts of `mix`, numbered from 0; an arm that is alone is left out."""
    found: dict[str, list[str]] = {}
    for arm in results.plan.arms:
        if arm.kind == "augmenter":
            found.setdefault(_without_amounts(arm.options), []).append(arm.name)
    several = [names for names in found.values() if len(names) > 1]
    return {name: number for number, names in enumerate(several) for name in names}


def _without_amounts(options: Mapping[str, Any]) -> str:
    policy = (options.get("mix") or {}).get("policy")
    return json.dumps({**options, "mix": policy}, sort_keys=True, default=str)


def _ranking(results: Results) -> str:
    """A study has one data set, and the diagram refuses that; its own words say why."""
    plan = results.plan
    means: dict[str, dict[Replicate, float | None]] = {
        arm.name: {plan.study: results.mean(arm.name, plan.metric, plan.tasks[0])} for arm in plan.arms
    }
    try:
        critical_difference(means, alpha=plan.alpha, higher_is_better=higher_is_better(plan.metric))
    except VBGError as error:
        return str(error)
    return ""
