"""Whether tasks whose attributes are recovered better in generated pictures gain more. Exploratory."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from vbg_framework.report.inputs import json_file
from vbg_framework.study.comparison.comparisons import AUGMENTERS, COPIES, Comparison
from vbg_framework.study.comparison.results import Results

PAIRS_FOR_RHO = 3
POINTS_FOR_P = 8
"""Fewer points get no p of Spearman's rho."""


@dataclass(frozen=True)
class Recovered:
    """One arm in one task.

    Args:
        arm: the augmenter.
        task: of the pictures.
        measured_in: the arm whose records were measured: itself, or one with the same augmenter; None = none was.
        recovery: how often the judge sees the class a generated picture carries, mean over runs; None = not measured.
        generated: the same, on equal terms with `real`: the same classes, equally many pictures of each.
        real: of unseen real pictures: more than that cannot be expected; None = there were none of these classes.
        control: what it was compared with: copies, or real records alone where nothing was copied; None = nothing.
        gain: mean paired difference to it in the metric that decides.
    """

    arm: str
    task: str
    measured_in: str | None
    recovery: float | None
    generated: float | None
    real: float | None
    control: str | None
    gain: float | None


@dataclass(frozen=True)
class Recovery:
    """Recovery beside gain.

    Args:
        rows: every augmenter in every task that decides.
        points: rows that have both.
        rho: Spearman's rank correlation over them; None below 3 or if one of the two does not vary.
        p: two-sided, of `rho`; None below 8 points. It takes points for independent, which those of one arm or one
            task are not.
    """

    rows: tuple[Recovered, ...]
    points: int
    rho: float | None
    p: float | None


def recovery_of(results: Results, primary: Sequence[Comparison]) -> Recovery | None:
    """Hold the recovery of attributes against the gains; None if fewer than two rows have both.

    Source of the coefficient: Spearman, "The proof and measurement of association between two things", American Journal
    of Psychology 15, 1904.

    Args:
        results: the runs, whose `quality.json` says what was recovered.
        primary: the planned comparisons.
    """
    rows = tuple(_rows(results, primary))
    both = [(row.recovery, row.gain) for row in rows if row.recovery is not None and row.gain is not None]
    if len(both) < 2:
        return None
    return Recovery(rows, len(both), *_spearman(both))


def _rows(results: Results, primary: Sequence[Comparison]) -> Iterator[Recovered]:
    measured = {arm.name: _measured(results, arm.name) for arm in results.plan.arms}
    gains = _gains(primary)
    for arm in results.plan.arms:
        if arm.kind != "augmenter" or not arm.options.get("augmenter"):
            continue
        source = _source(results, arm.name, measured)
        for task in results.plan.tasks:
            found = measured[source].get(task) if source else None
            rates, gain = found or (None, None, None), gains.get((arm.name, task), (None, None))
            yield Recovered(arm.name, task, source if found else None, *rates, *gain)


def _measured(results: Results, arm: str) -> dict[str, tuple[float | None, float | None, float | None]]:
    """Task -> recovery, and on equal terms that of generated and of unseen real pictures: means over an arm's runs."""
    runs = [json_file(run.path / "quality.json") for trial, run in results.runs.items() if trial.arm == arm]
    found: dict[str, list[Mapping[str, Any]]] = {}
    for quality in runs:
        for task, figures in ((quality or {}).get("recovery") or {}).items():
            found.setdefault(task, []).append(figures)
    return {task: (mean(f["accuracy"] for f in each), *_on_equal_terms(each)) for task, each in found.items()}


def _on_equal_terms(figures: Sequence[Mapping[str, Any]]) -> tuple[float | None, float | None]:
    known = [both for each in figures if (both := each.get("compared"))]
    return (mean(each["generated"] for each in known), mean(each["real"] for each in known)) if known else (None, None)


def _source(results: Results, name: str, measured: Mapping[str, Mapping[Any, Any]]) -> str | None:
    """The arm itself if it was measured, or the first that was and has the same augmenter."""
    own = results.plan.arm(name).options["augmenter"]
    alike = [arm.name for arm in results.plan.arms if arm.options.get("augmenter") == own]
    return next((each for each in [name, *alike] if measured[each]), None)


def _gains(primary: Sequence[Comparison]) -> dict[tuple[str, str], tuple[str, float | None]]:
    """(arm, task) -> control and mean difference: to copies, or to real records alone."""
    return {
        (result.difference.arm, comparison.task): (result.difference.control, result.difference.mean)
        for question in (AUGMENTERS, COPIES)  # copies come last, and win
        for comparison in primary
        if comparison.question == question
        for result in comparison.arms
    }


def _spearman(pairs: Sequence[tuple[float, float]]) -> tuple[float | None, float | None]:
    from scipy.stats import spearmanr

    recovery, gain = zip(*pairs, strict=True)
    if len(pairs) < PAIRS_FOR_RHO or min(len(set(recovery)), len(set(gain))) < 2:
        return None, None
    result = spearmanr(recovery, gain)
    p = float(result.pvalue) if len(pairs) >= POINTS_FOR_P and math.isfinite(result.pvalue) else None
    return float(result.statistic), p
