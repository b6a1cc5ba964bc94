"""What the page of a study shows, worked out from its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vbg_framework.study.comparison.analysis import METRICS, Analysis, ArmRow
from vbg_framework.study.comparison.comparisons import AUGMENTERS, COPIES, MODELS, QUESTIONS, Compared, Comparison
from vbg_framework.study.comparison.results import Results, higher_is_better
from vbg_framework.study.comparison.tail import ClassRow, Tail
from vbg_framework.study.conclusion.phrases import chance, decided, joined, level, meaning, name, points, span, title
from vbg_framework.study.conclusion.several_tasks import what_decides
from vbg_framework.study.report.charts import LONGEST, Row, forest, short
from vbg_framework.study.report.costs import costs, devices, pareto, shares
from vbg_framework.study.report.recovered import recovery_panel
from vbg_framework.study.report.tuning import tuning

MOST_CLASSES = 24  # in a plot; a table holds them all


def view(analysis: Analysis, results: Results) -> dict[str, Any]:
    """Everything the template needs but pictures and environment."""
    return {
        "analysis": analysis,
        "metric": {
            "title": joined([title(metric) for metric in analysis.metrics]),
            "meaning": "; ".join(meaning(metric) for metric in analysis.metrics),
        },
        "level": level(analysis.alpha),
        "margin": points(analysis.margin).lstrip("+"),
        "several": len(analysis.cells) > 1,
        "decides": what_decides(analysis),
        "forests": _forests(analysis),
        "questions": _questions(analysis, analysis.primary),
        "extended": _questions(analysis, analysis.extended),
        "metrics": [
            table
            for question in QUESTIONS
            for task in analysis.tasks
            if (table := _metrics(analysis, question, task))["rows"]
        ],
        "tasks": _tasks(analysis),
        "arms": _arms(analysis),
        "published": _published(analysis),
        "tails": [_tail(analysis, tail) for tail in analysis.tails],
        "pareto": pareto(analysis),
        "costs": costs(analysis),
        "tuning": tuning(analysis),
        "devices": devices(results),
        "shares": shares(analysis),
        "recovery": recovery_panel(analysis),
        "gates": gates(results),
    }


def _forests(analysis: Analysis) -> list[dict[str, Any]]:
    return [{"title": head, "plot": forest(**drawn)} for head, drawn in forests(analysis)]


def forests(analysis: Analysis) -> list[tuple[str, dict[str, Any]]]:
    """The planned comparisons as forest plots: one for all questions, or if several tasks decide one per question.

    Returns:
        heading, and what `forest` takes.
    """
    primary, several = analysis.primary, len(analysis.cells) > 1
    groups = [(QUESTIONS[q], [c for c in primary if c.question == q]) for q in QUESTIONS]
    groups = [group for group in groups if group[1]] if several else [("", list(primary))] if primary else []
    return [(head, _forest(analysis, comparisons, several)) for head, comparisons in groups]


def _forest(analysis: Analysis, comparisons: list[Comparison], several: bool) -> dict[str, Any]:
    rows: list[Row] = []
    for comparison in comparisons:
        head = decided(analysis, comparison.task, comparison.metric) if several else QUESTIONS[comparison.question]
        rows += [Row(head), *(_row(result) for result in comparison.arms)]
    what = joined([name(metric) for metric in analysis.metrics])
    return {"rows": rows, "what": what, "margin": analysis.margin, "level": level(analysis.alpha)}


def _row(result: Compared) -> Row:
    d = result.difference
    values = [result.values[number] for number in sorted(result.values)]
    said = d.verdict if d.interval else "no interval" if d.pairs else "no pair"
    return Row(d.arm, d.verdict, d.mean, d.interval, values, said)


def _questions(analysis: Analysis, comparisons: Sequence[Comparison]) -> list[dict[str, Any]]:
    """A table per question that was asked, over all tasks that decide."""
    asked = [[comparison for comparison in comparisons if comparison.question == question] for question in QUESTIONS]
    return [_question(analysis, each) for each in asked if each]


def _question(analysis: Analysis, asked: Sequence[Comparison]) -> dict[str, Any]:
    rows = [_question_row(decided(analysis, c.task, c.metric), result) for c in asked for result in c.arms]
    d = asked[0].arms[0].difference
    methods = f"{d.interval_method}; p from the {d.p_method}, corrected for {len(rows)} {_plural(len(rows))} (Holm)."
    objects = any(row["objects"] for row in rows)
    return {"title": QUESTIONS[asked[0].question], "rows": rows, "methods": methods, "objects": objects}


def _question_row(task: str, result: Compared) -> dict[str, Any]:
    d = result.difference
    return {
        "task": task,
        "arm": d.arm,
        "control": d.control,
        "pairs": d.pairs,
        "mean": points(d.mean),
        "interval": span(d.interval),
        "objects": span(result.objects) if result.objects else None,
        "p": chance(d.p_holm),
        "verdict": d.verdict,
        "said": d.verdict if d.pairs else "not judged",
        "notes": d.notes,
    }


def _plural(count: int) -> str:
    return "comparison" if count == 1 else "comparisons"


def _metrics(analysis: Analysis, question: str, task: str) -> dict[str, Any]:
    """A table of one question in one task: a row per metric, a column per arm."""
    asked = [c for c in (*analysis.primary, *analysis.exploratory) if (c.question, c.task) == (question, task)]
    return {
        "title": f"{task}: {QUESTIONS[question]}" if len(analysis.tasks) > 1 else QUESTIONS[question],
        "arms": [result.difference.arm for result in asked[0].arms] if asked else [],
        "rows": [
            {
                "title": title(comparison.metric),
                "meaning": meaning(comparison.metric),
                "lower": not higher_is_better(comparison.metric),
                "exploratory": comparison.exploratory,
                "cells": [_cell(result) for result in comparison.arms],
            }
            for comparison in asked
            if any(result.difference.pairs for result in comparison.arms)
        ],
    }


def _cell(result: Compared) -> dict[str, str]:
    return {"mean": points(result.difference.mean), "interval": span(result.difference.interval)}


def _tasks(analysis: Analysis) -> list[dict[str, Any]]:
    """The other tasks, in the metric that decides."""
    return [
        {"task": c.task, "question": QUESTIONS[c.question], "arm": result.difference.arm, **_cell(result)}
        for c in analysis.exploratory
        for result in c.arms
        if c.task not in analysis.tasks and c.question in (MODELS, COPIES, AUGMENTERS)
    ]


def _arms(analysis: Analysis) -> dict[str, Any]:
    metrics = list(dict.fromkeys([*analysis.metrics, *METRICS]))
    return {
        "titles": [(title(metric), meaning(metric)) for metric in metrics],
        "rows": [
            {
                "task": task,
                "name": arm.name,
                "kind": _kind(analysis, arm),
                "runs": arm.runs,
                "means": [arm.means[task][m] for m in metrics],
            }
            for task in analysis.tasks
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
    metrics = list(dict.fromkeys(metric for result in figures.values() for metric in result))
    rows = [
        {"arm": arm.name, "cells": [(figures.get(arm.name, {}).get(m), arm.mean(m)) for m in metrics]}
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
    message = f"{'★ ' if d.starred else ''}{d.objects} obj."
    label = f"{short(row.arm.name, LONGEST - 8)} · {row.train}"
    return Row(label, verdict, d.difference, d.interval, (), message)


def gates(results: Results) -> dict[str, Any]:
    """Gate by arm how many runs passed, and every failure in words."""
    names = list(dict.fromkeys(gate["name"] for result in results.gates.values() for gate in result))
    arms = [arm.name for arm in results.plan.arms if any(trial.arm == arm.name for trial in results.gates)]
    passed: dict[tuple[str, str], list[bool]] = {}
    for trial, result in results.gates.items():
        for gate in result:
            passed.setdefault((gate["name"], trial.arm), []).append(bool(gate["passed"]))
    return {
        "names": names,
        "rows": [{"arm": arm, "cells": [_tally(passed.get((gate, arm), [])) for gate in names]} for arm in arms],
        "failures": [
            {"run": str(trial), "gate": gate["name"], "about": gate["about"]}
            for trial, result in results.gates.items()
            for gate in result
            if not gate["passed"]
        ],
    }


def _tally(passed: list[bool]) -> dict[str, Any]:
    return {"text": f"{sum(passed)} of {len(passed)}" if passed else "—", "failed": not all(passed)}
