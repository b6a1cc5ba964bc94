"""Attribute recovery beside gain, as the page of a study shows it."""

from __future__ import annotations

from typing import Any

from vbg_framework.report.page import number
from vbg_framework.report.quality import NO_BETTER
from vbg_framework.study.comparison.analysis import Analysis
from vbg_framework.study.comparison.recovered import POINTS_FOR_P, Recovered, Recovery
from vbg_framework.study.comparison.results import higher_is_better
from vbg_framework.study.conclusion.phrases import chance, name, points
from vbg_framework.study.report.charts import Point, scatter


def recovery_panel(analysis: Analysis) -> dict[str, Any] | None:
    """A table, a plot, and what rank correlation says; None if nothing was measured."""
    result = analysis.recovery
    if result is None:
        return None
    drawn = [
        Point(row.task, 100 * row.recovery, row.gain, group=row.arm)
        for row in result.rows
        if row.recovery is not None and row.gain is not None
    ]
    lower = "" if higher_is_better(analysis.metric) else " (lower is better)"
    what = f"difference in {name(analysis.metric)}, points{lower}"
    return {
        "rows": [_row(row) for row in result.rows],
        "plot": scatter(drawn, x="attribute recovery in generated pictures, %", y=what, unit=100),
        "said": _said(result),
        "no_better": NO_BETTER,
    }


def _row(row: Recovered) -> dict[str, str]:
    other = "" if row.measured_in in (None, row.arm) else f"measured in {row.measured_in}, same augmenter"
    return {
        "arm": row.arm,
        "task": row.task,
        "recovery": "not measured" if row.recovery is None else number(row.recovery),
        "generated": number(row.generated),
        "real": number(row.real),
        "note": other,
        "gain": points(row.gain),
        "control": row.control or "—",
    }


def _said(result: Recovery) -> str:
    count = f"{result.points} points (arms x tasks)"
    warning = "Points of one arm, or of one task, are not independent of each other"
    if result.rho is None:
        return f"{count}: too few, or too much alike, for a rank correlation. {warning}."
    rho = f"Spearman's rho over {count} is {result.rho:+.2f}"
    if result.p is None:
        return f"{rho}; with fewer than {POINTS_FOR_P} there is no p. {warning}, so this is a hint at most."
    return f"{rho}, p = {chance(result.p)} if all of them were independent. {warning}, so p is too small."
