"""Attribute recovery beside gain, as the page of a study shows it."""

from __future__ import annotations

from typing import Any

from vbg_framework.report.page import number
from vbg_framework.study.comparison.analysis import Analysis
from vbg_framework.study.comparison.recovered import POINTS_FOR_P, Recovered, Recovery
from vbg_framework.study.comparison.results import higher_is_better
from vbg_framework.study.conclusion.phrases import chance, name, points
from vbg_framework.study.report.charts import Point, scatter


def recovery_panel(analysis: Analysis) -> dict[str, Any] | None:
    """A table, a plot, and what rank correlation says; None if nothing was measured."""
    found = analysis.recovery
    if found is None:
        return None
    drawn = [
        Point(row.task, 100 * row.recovery, row.gain, group=row.arm)
        for row in found.rows
        if row.recovery is not None and row.gain is not None
    ]
    lower = "" if higher_is_better(analysis.metric) else " (lower is better)"
    what = f"difference in {name(analysis.metric)}, points{lower}"
    return {
        "rows": [_row(row) for row in found.rows],
        "plot": scatter(drawn, x="attribute recovery in generated pictures, %", y=what, unit=100),
        "said": _said(found),
    }


def _row(row: Recovered) -> dict[str, str]:
    other = "" if row.measured_in in (None, row.arm) else f"measured in {row.measured_in}, same augmenter"
    return {
        "arm": row.arm,
        "task": row.task,
        "recovery": "not measured" if row.recovery is None else number(row.recovery),
        "real": number(row.real),
        "note": other,
        "gain": points(row.gain),
        "control": row.control or "—",
    }


def _said(found: Recovery) -> str:
    count = f"{found.points} points (arms x tasks)"
    warning = "Points of one arm, or of one task, are not independent of each other"
    if found.rho is None:
        return f"{count}: too few, or too much alike, for a rank correlation. {warning}."
    rho = f"Spearman's rho over {count} is {found.rho:+.2f}"
    if found.p is None:
        return f"{rho}; with fewer than {POINTS_FOR_P} there is no p. {warning}, so this is a hint at most."
    return f"{rho}, p = {chance(found.p)} if all of them were independent. {warning}, so p is too small."
