"""What arms cost, and what they give for it, as the page of a study shows it."""

from __future__ import annotations

from typing import Any

from vbg_framework.report.view import size
from vbg_framework.study.comparison.analysis import UPPER, Analysis, ArmRow
from vbg_framework.study.comparison.comparisons import CANARY, NONE
from vbg_framework.study.comparison.expenses import TUNING
from vbg_framework.study.comparison.results import Results, higher_is_better
from vbg_framework.study.conclusion.phrases import duration, name, title
from vbg_framework.study.report.charts import Point, front, scatter

COLUMNS = ("Fitting", "peak memory", "Generating", "per 1,000 kept", "peak memory", "Steps", "Training", "In all")


def costs(analysis: Analysis) -> dict[str, Any]:
    """A row per arm that has a run, with the means over its runs."""
    arms = [arm for arm in analysis.arms if arm.runs]
    least = min((steps for arm in arms if (steps := arm.costs["training_steps"])), default=0)
    rows = [{"name": arm.name, "cells": _cells(arm, least), "generated": arm.costs["generated"]} for arm in arms]
    return {
        "titles": (*COLUMNS[:-1], *(("Tuning",) if any(TUNING in arm.costs for arm in arms) else ()), COLUMNS[-1]),
        "rows": rows,
    }


def budget(steps: float, least: float) -> str:
    """Optimiser steps, and how many times the least of all arms that is, so that unequal budgets are seen."""
    times = steps / least if least else 0
    return f"{steps:,.0f} ({times:.1f} times the least)" if times >= 1.05 else f"{steps:,.0f}"


def _cells(arm: ArmRow, least: float) -> list[str]:
    result = arm.costs
    return [
        duration(result["fit_seconds"]),
        _memory(arm, "fit"),
        duration(result["generate_seconds"]),
        duration(result["seconds_per_1000"]),
        _memory(arm, "generate"),
        budget(result["training_steps"] or 0, least),
        duration(result["training_seconds"]),
        *([duration(result[TUNING])] if TUNING in result else ()),
        duration(result["total_seconds"]),
    ]


def _memory(arm: ArmRow, what: str) -> str:
    device = arm.costs[f"{what}_device_memory"]
    said = size(arm.costs[f"{what}_memory"])
    return said if device is None else f"{said}, {size(device)} on the device"


def devices(results: Results) -> list[str]:
    """What augmenters were fitted and records generated on."""
    made = [run.metrics.get("generated", {}) for run in results.runs.values()]
    return sorted({result[key] for result in made for key in ("fit_device", "generate_device") if result.get(key)})


def pareto(analysis: Analysis) -> str | None:
    """Quality against time; of several tasks the mean."""
    results = []
    for arm in analysis.arms:
        seconds, value = arm.costs["total_seconds"], arm.mean(analysis.metric)
        if seconds and value is not None:
            results.append(Point(arm.name, seconds, value, own=arm.kind == "augmenter"))
    if len(results) < 2:
        return None
    choices = [point for point in results if point.name not in (UPPER, CANARY)]
    best = front(choices, higher_is_better=higher_is_better(analysis.metric))
    what = title(analysis.metric) + (", mean over the tasks" if len(analysis.tasks) > 1 else "")
    spent = "fitting, generating, training and tuning" if analysis.tuning else "fitting, generating and training"
    return scatter(results, x=f"{spent}, time per run", y=what, time=True, best=best)


def shares(analysis: Analysis) -> list[dict[str, str]]:
    """Per task the effect over real records alone against the share of generated records."""
    return [{"task": task, "plot": plot} for task in analysis.tasks if (plot := _shares(analysis, task))]


def _shares(analysis: Analysis, task: str) -> str | None:
    results = []
    for comparison in analysis.primary:
        for each in comparison.arms if comparison.task == task else ():
            d, arm = each.difference, analysis.arm(each.difference.arm)
            if arm and arm.share and d.control == NONE and d.mean is not None:
                interval = d.interval and type(d.interval)(*d.interval)
                results.append(Point(arm.name, 100 * arm.share, d.mean, interval, arm.kind == "augmenter", arm.family))
    if len(results) < 2:
        return None
    results.append(Point(NONE, 0, 0, own=False))
    what = f"{name(analysis.metric)}, points over real records alone"
    return scatter(results, x="generated records in training, %", y=what, unit=100)
