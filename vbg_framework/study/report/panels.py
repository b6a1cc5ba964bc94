"""What the page of a study shows, worked out from its numbers."""

from __future__ import annotations

from typing import Any

from vbg_framework.study.analysis import METRICS, UPPER, Analysis, ArmRow
from vbg_framework.study.comparisons import AUGMENTERS, CANARY, COPIES, MODELS, NONE, QUESTIONS, Compared, Comparison
from vbg_framework.study.phrases import chance, duration, level, meaning, name, points, span, title
from vbg_framework.study.report.charts import LONGEST, Point, Row, forest, front, scatter, short
from vbg_framework.study.results import DIRECTIONS, Results
from vbg_framework.study.tail import ClassRow, Tail

MOST_CLASSES = 24  # in a plot; a table holds them all


def view(analysis: Analysis, results: Results) -> dict[str, Any]:
    """Everything the template needs but pictures and environment."""
    return {
        "analysis": analysis,
        "metric": {"title": title(analysis.metric), "meaning": meaning(analysis.metric)},
        "level": level(analysis.alpha),
        "margin": points(analysis.margin).lstrip("+"),
        "forest": _forest(analysis),
        "questions": [_question(analysis, comparison) for comparison in analysis.primary],
        "metrics": [table for question in QUESTIONS if (table := _metrics(analysis, question))["rows"]],
        "tasks": _tasks(analysis),
        "arms": _arms(analysis),
        "published": _published(analysis),
        "tails": [_tail(analysis, tail) for tail in analysis.tails],
        "pareto": _pareto(analysis),
        "costs": _costs(analysis),
        "shares": _shares(analysis),
        "gates": gates(results),
    }


def _forest(analysis: Analysis) -> str | None:
    rows: list[Row] = []
    for comparison in analysis.primary:
        rows += [Row(QUESTIONS[comparison.question]), *(_row(found) for found in comparison.arms)]
    if not rows:
        return None
    return forest(rows, what=name(analysis.metric), margin=analysis.margin, level=level(analysis.alpha))


def _row(found: Compared) -> Row:
    d = found.difference
    values = [found.values[number] for number in sorted(found.values)]
    said = d.verdict if d.interval else "no interval" if d.pairs else "no pair"
    return Row(d.arm, d.verdict, d.mean, d.interval, values, said)


def _question(analysis: Analysis, comparison: Comparison) -> dict[str, Any]:
    rows = [
        {
            "arm": d.arm,
            "control": d.control,
            "pairs": d.pairs,
            "mean": points(d.mean),
            "interval": span(d.interval),
            "objects": span(found.objects) if found.objects else None,
            "p": chance(d.p_holm),
            "verdict": d.verdict,
            "said": d.verdict if d.pairs else "not judged",
            "notes": d.notes,
        }
        for found in comparison.arms
        for d in [found.difference]
    ]
    d = comparison.arms[0].difference
    methods = f"{d.interval_method}; p from the {d.p_method}, corrected for {len(rows)} {_plural(len(rows))} (Holm)."
    objects = any(row["objects"] for row in rows)
    return {"title": QUESTIONS[comparison.question], "rows": rows, "methods": methods, "objects": objects}


def _plural(count: int) -> str:
    return "comparison" if count == 1 else "comparisons"


def _metrics(analysis: Analysis, question: str) -> dict[str, Any]:
    """A table of one question: a row per metric, a column per arm."""
    asked = [
        c for c in (*analysis.primary, *analysis.exploratory) if c.question == question and c.task == analysis.task
    ]
    return {
        "title": QUESTIONS[question],
        "arms": [found.difference.arm for found in asked[0].arms] if asked else [],
        "rows": [
            {
                "title": title(comparison.metric),
                "meaning": meaning(comparison.metric),
                "lower": DIRECTIONS[comparison.metric] < 0,
                "exploratory": comparison.exploratory,
                "cells": [_cell(found) for found in comparison.arms],
            }
            for comparison in asked
            if any(found.difference.pairs for found in comparison.arms)
        ],
    }


def _cell(found: Compared) -> dict[str, str]:
    return {"mean": points(found.difference.mean), "interval": span(found.difference.interval)}


def _tasks(analysis: Analysis) -> list[dict[str, Any]]:
    """The other tasks, in the metric that decides."""
    return [
        {"task": c.task, "question": QUESTIONS[c.question], "arm": found.difference.arm, **_cell(found)}
        for c in analysis.exploratory
        for found in c.arms
        if c.task != analysis.task and c.question in (MODELS, COPIES, AUGMENTERS)
    ]


def _arms(analysis: Analysis) -> dict[str, Any]:
    metrics = list(dict.fromkeys([analysis.metric, *METRICS]))
    return {
        "titles": [(title(metric), meaning(metric)) for metric in metrics],
        "rows": [
            {"name": arm.name, "kind": _kind(analysis, arm), "runs": arm.runs, "means": [arm.means[m] for m in metrics]}
            for arm in analysis.arms
        ],
    }


def _kind(analysis: Analysis, arm: ArmRow) -> str:
    return "model" if analysis.reference and arm.kind == "augmenter" else arm.kind


def _published(analysis: Analysis) -> dict[str, Any] | None:
    """What a paper reports, each figure beside the mean measured here."""
    if not analysis.published:
        return None
    figures = analysis.published["arms"]
    metrics = list(dict.fromkeys(metric for found in figures.values() for metric in found))
    rows = [
        {"arm": arm.name, "cells": [(figures.get(arm.name, {}).get(m), arm.means.get(m)) for m in metrics]}
        for arm in analysis.arms
    ]
    return {"source": analysis.published["source"], "titles": [title(m) for m in metrics], "rows": rows}


def _tail(analysis: Analysis, tail: Tail) -> dict[str, Any]:
    rows = [_class_row(row) for row in tail.rows][:MOST_CLASSES]
    plot = forest(rows, what="recall", margin=0, level=level(analysis.alpha)) if rows else None
    return {"tail": tail, "plot": plot, "cut": len(tail.rows) > MOST_CLASSES, "most": MOST_CLASSES}


def _class_row(row: ClassRow) -> Row:
    d = row.difference
    up = (d.difference or 0) > 0
    verdict = ("better" if up else "worse") if d.starred else "unclear"
    said = f"{'★ ' if d.starred else ''}{d.objects} obj."
    label = f"{short(row.arm.name, LONGEST - 8)} · {row.train}"
    return Row(label, verdict, d.difference, d.interval, (), said)


def _pareto(analysis: Analysis) -> str | None:
    found = []
    for arm in analysis.arms:
        seconds, value = arm.costs["total_seconds"], arm.means[analysis.metric]
        if seconds and value is not None:
            found.append(Point(arm.name, seconds, value, own=arm.kind == "augmenter"))
    if len(found) < 2:
        return None
    choices = [point for point in found if point.name not in (UPPER, CANARY)]
    best = front(choices, higher_is_better=DIRECTIONS[analysis.metric] > 0)
    return scatter(
        found, x="fitting, generating and training, time per run", y=title(analysis.metric), time=True, best=best
    )


def _costs(analysis: Analysis) -> list[dict[str, Any]]:
    parts = ("fit_seconds", "generate_seconds", "training_seconds", "total_seconds")
    return [
        {
            "name": arm.name,
            "seconds": [duration(arm.costs[part]) for part in parts],
            "generated": arm.costs["generated"],
        }
        for arm in analysis.arms
        if arm.runs
    ]


def _shares(analysis: Analysis) -> str | None:
    """Effect over real records alone against the share of generated records."""
    found = []
    for comparison in analysis.primary:
        for each in comparison.arms:
            d, arm = each.difference, analysis.arm(each.difference.arm)
            if arm and arm.share and d.control == NONE and d.mean is not None:
                interval = d.interval and type(d.interval)(*d.interval)
                found.append(Point(arm.name, 100 * arm.share, d.mean, interval, arm.kind == "augmenter", arm.family))
    if len(found) < 2:
        return None
    found.append(Point(NONE, 0, 0, own=False))
    what = f"{name(analysis.metric)}, points over real records alone"
    return scatter(found, x="generated records in training, %", y=what, unit=100)


def gates(results: Results) -> dict[str, Any]:
    """Gate by arm how many runs passed, and every failure in words."""
    names = list(dict.fromkeys(gate["name"] for found in results.gates.values() for gate in found))
    arms = [arm.name for arm in results.plan.arms if any(trial.arm == arm.name for trial in results.gates)]
    passed: dict[tuple[str, str], list[bool]] = {}
    for trial, found in results.gates.items():
        for gate in found:
            passed.setdefault((gate["name"], trial.arm), []).append(bool(gate["passed"]))
    return {
        "names": names,
        "rows": [{"arm": arm, "cells": [_tally(passed.get((gate, arm), [])) for gate in names]} for arm in arms],
        "failures": [
            {"run": str(trial), "gate": gate["name"], "about": gate["about"]}
            for trial, found in results.gates.items()
            for gate in found
            if not gate["passed"]
        ],
    }


def _tally(passed: list[bool]) -> dict[str, Any]:
    return {"text": f"{sum(passed)} of {len(passed)}" if passed else "—", "failed": not all(passed)}
