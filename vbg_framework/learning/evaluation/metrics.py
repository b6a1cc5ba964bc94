"""Metrics of classification, per task and per class. Light: numpy only. n records, C classes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.config.plugins import installed
from vbg_framework.config.registry import Resolved
from vbg_framework.config.slots import named
from vbg_framework.contracts.metric import Metric, Outcomes
from vbg_framework.contracts.record import Task
from vbg_framework.learning.evaluation.ranking import average_precision_and_auc

STANDARD = (
    "accuracy",
    "balanced_accuracy",
    "macro_f1",
    "weighted_f1",
    "macro_recall",
    "macro_precision",
    "map",
    "roc_auc",
    "micro_f1",
    "ece",
    "brier",
    "log_loss",
)
"""The metrics that are measured in every run."""


def metric_class(name: str) -> type[Metric]:
    """The class of an installed metric, which knows its title and direction.

    Raises:
        VBGError: no installed plugin offers it.
    """
    component, _ = installed().component("metric", name, where="metrics")
    return component.load()


@cache
def standard_metrics() -> dict[str, Metric]:
    """The metrics of every run, with their default options."""
    results = {name: installed().component("metric", name, where="metrics")[0] for name in STANDARD}
    return {name: component.load()(component.config()) for name, component in results.items()}


def open_metrics(resolved: Resolved) -> dict[str, Metric]:
    """The metrics of an experiment: those of every run, the further ones, and the one that selects."""
    own = {
        part.component.name: part.component.load()(part.config)
        for part in resolved.parts.values()
        if part.component.kind == "metric"
    }
    return standard_metrics() | own


def selecting(resolved: Resolved) -> str:
    """The name of the metric that selects the best step."""
    return named(resolved.experiment.train.metric)


def evaluate(
    tasks: Mapping[str, Task],
    probabilities: Mapping[str, np.ndarray],
    targets: Mapping[str, np.ndarray],
    metrics: Mapping[str, Metric] | None = None,
) -> dict[str, dict[str, Any]]:
    """Compare probabilities with the truth; the result is ready for JSON and holds None where a value is undefined.

    A single-label prediction is the most probable class, a multi-label one every class of probability 0.5 or more.
    Records without a label are left out and counted in `missing`. Macro averages run over the classes that occur
    in the truth, `map` and `roc_auc` (one against the rest) over those that some records have and some have not.
    A class that is never predicted has precision 0. `weighted_f1` weighs classes by their records.

    For a multi-label task `accuracy` is the share of records whose classes are all right and none too many,
    `balanced_accuracy` the mean over classes of (recall + specificity) / 2, and `ece` and `log_loss` treat every
    pair of record and class as one yes-or-no decision; `brier` is summed over classes in both kinds of task.

    Args:
        tasks: task -> Task with `classes`.
        probabilities: task -> (n, C) in 0..1.
        targets: task -> (n,) class indices, -1 = missing; for a multi-label task (n, C) of 0 and 1,
            a row of -1 = missing.
        metrics: name -> metric; None = those of every run.

    Returns:
        task -> the metrics that are defined for its kind, `n`, `missing`, `classes`, `per_class` (class -> precision,
        recall, f1, average_precision, roc_auc, support) and `confusion` (true x predicted counts) for a single-label
        task.

    Raises:
        VBGError: a metric gave something else than a finite number or None.
    """
    chosen = standard_metrics() if metrics is None else metrics
    return {name: _evaluate(task, probabilities[name], targets[name], chosen) for name, task in tasks.items()}


def mean_over_tasks(metrics: Mapping[str, Mapping[str, Any]], name: str) -> float | None:
    """Mean of one metric over the tasks for which it is defined; None if it is defined for none.

    Raises:
        VBGError: it was measured for no task.
    """
    if not any(name in task for task in metrics.values()):
        known = {*STANDARD, *(key for task in metrics.values() for key in numbers(task))}
        raise VBGError("metrics", f"unknown metric '{name}'", did_you_mean(name, known))
    values = [task[name] for task in metrics.values() if task.get(name) is not None]
    return float(np.mean(values)) if values else None


def numbers(scores: Mapping[str, Any]) -> dict[str, float | None]:
    """The metrics among what `evaluate` says of a task."""
    return {key: value for key, value in scores.items() if value is None or isinstance(value, float)}


def outcomes(task: Task, probabilities: np.ndarray, targets: np.ndarray) -> Outcomes:
    """Answers beside the truth.

    Args:
        task: with its classes.
        probabilities: (n, C).
        targets: (n,) class indices, or (n, C) of 0 and 1; none is missing.
    """
    result = np.asarray(probabilities, np.float64)
    if task.multi_label:
        truth, predicted = targets == 1, result >= 0.5
    else:
        truth, predicted = (np.eye(len(task.classes), dtype=bool)[each] for each in (targets, result.argmax(1)))
    return Outcomes(task, result, truth, predicted, _table(truth, predicted, result))


def _evaluate(
    task: Task, probabilities: np.ndarray, targets: np.ndarray, metrics: Mapping[str, Metric]
) -> dict[str, Any]:
    known = (targets != -1).all(1) if task.multi_label else targets != -1
    probabilities, targets = probabilities[known], targets[known]
    counts = {"n": len(targets), "missing": int((~known).sum()), "classes": list(task.classes)}
    defined = {name: each for name, each in metrics.items() if each.multi_label in (None, task.multi_label)}
    if not len(targets):
        return dict.fromkeys(defined) | counts | {"per_class": {}}
    result = outcomes(task, probabilities, targets)
    more = {} if task.multi_label else {"confusion": _confusion(result)}
    values = {name: _value(name, metric, result) for name, metric in defined.items()}
    return values | {"per_class": _per_class(task.classes, result.per_class)} | more | counts


def _value(name: str, metric: Metric, result: Outcomes) -> float | None:
    value = metric.value(result)
    if value is None:
        return None
    if not (isinstance(value, int | float | np.number) and math.isfinite(value)):
        what = f"is neither a finite number nor None for task '{result.task.name}', got {value!r}"
        raise VBGError(f"metric '{name}'", what, "Report it to the plugin's author.")
    return float(value)


def _confusion(result: Outcomes) -> list[list[int]]:
    counts: list[list[int]] = (result.truth.astype(np.int64).T @ result.predicted.astype(np.int64)).tolist()
    return counts


def _table(truth: np.ndarray, predicted: np.ndarray, probabilities: np.ndarray) -> dict[str, np.ndarray]:
    """Per-class values, (C,) each, NaN = undefined, of (n, C) bool truth and prediction."""
    hits, support, named = (truth & predicted).sum(0), truth.sum(0), predicted.sum(0)
    seen = support > 0
    ranking = [average_precision_and_auc(t, p) for t, p in zip(truth.T, probabilities.T, strict=True)]
    average_precision, roc_auc = np.array(ranking, dtype=np.float64).T  # None becomes NaN
    return {
        "precision": np.where(seen, hits / np.maximum(named, 1), np.nan),
        "recall": np.where(seen, hits / np.maximum(support, 1), np.nan),
        "f1": np.where(seen, 2 * hits / np.maximum(support + named, 1), np.nan),
        "average_precision": average_precision,
        "roc_auc": roc_auc,
        "support": support,
    }


def _per_class(classes: tuple[str, ...], table: Mapping[str, np.ndarray]) -> dict[str, dict[str, float | int | None]]:
    columns = {name: [None if value != value else value for value in column.tolist()] for name, column in table.items()}
    return {
        name: dict(zip(columns, values, strict=True))
        for name, values in zip(classes, zip(*columns.values(), strict=True), strict=True)
    }
