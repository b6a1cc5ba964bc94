"""Metrics of classification, per task and per class. Light: numpy only. n records, C classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.contracts.record import Task
from vbg_framework.learning.calibration import brier_score, expected_calibration_error, log_loss
from vbg_framework.learning.ranking import average_precision_and_auc

METRICS = {
    "accuracy": 1,
    "balanced_accuracy": 1,
    "macro_f1": 1,
    "weighted_f1": 1,
    "macro_recall": 1,
    "macro_precision": 1,
    "map": 1,
    "roc_auc": 1,
    "ece": -1,
    "brier": -1,
    "log_loss": -1,
}
"""The metrics that can select a model: 1 = higher is better, -1 = lower is better."""


def evaluate(
    tasks: Mapping[str, Task], probabilities: Mapping[str, np.ndarray], targets: Mapping[str, np.ndarray]
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

    Returns:
        task -> the names in `METRICS`, `n`, `missing`, `classes`, `per_class` (class -> precision, recall, f1,
        average_precision, roc_auc, support) and `confusion` (true x predicted counts) for a single-label task,
        `micro_f1` for a multi-label one.
    """
    return {name: _evaluate(task, probabilities[name], targets[name]) for name, task in tasks.items()}


def mean_over_tasks(metrics: Mapping[str, Mapping[str, Any]], name: str) -> float | None:
    """Mean of one metric over the tasks for which it is defined; None if it is defined for none.

    Raises:
        VBGError: nobody knows the metric.
    """
    if name not in METRICS:
        raise VBGError("metrics", f"unknown metric '{name}'", did_you_mean(name, METRICS))
    values = [task[name] for task in metrics.values() if task[name] is not None]
    return float(np.mean(values)) if values else None


def _evaluate(task: Task, probabilities: np.ndarray, targets: np.ndarray) -> dict[str, Any]:
    known = (targets != -1).all(1) if task.multi_label else targets != -1
    probabilities, targets = probabilities[known].astype(np.float64), targets[known]
    result = {"n": len(targets), "missing": int((~known).sum()), "classes": list(task.classes)}
    if not len(targets):
        return dict.fromkeys(METRICS) | result | {"per_class": {}}
    judge = _multi_label if task.multi_label else _single_label
    return judge(task.classes, probabilities, targets) | result


def _single_label(classes: tuple[str, ...], probabilities: np.ndarray, targets: np.ndarray) -> dict[str, Any]:
    size, predicted = len(classes), probabilities.argmax(1)
    truth = np.eye(size, dtype=bool)[targets]  # (n, C)
    table = _table(truth, np.eye(size, dtype=bool)[predicted], probabilities)
    confusion = np.bincount(targets * size + predicted, minlength=size * size).reshape(size, size)
    return {
        "accuracy": float((predicted == targets).mean()),
        "balanced_accuracy": _mean(table["recall"]),
        **_averages(table),
        "ece": expected_calibration_error(probabilities.max(1), predicted == targets),
        "brier": brier_score(probabilities, truth),
        "log_loss": log_loss(probabilities[truth]),
        "per_class": _per_class(classes, table),
        "confusion": confusion.tolist(),
    }


def _multi_label(classes: tuple[str, ...], probabilities: np.ndarray, targets: np.ndarray) -> dict[str, Any]:
    truth, predicted = targets == 1, probabilities >= 0.5
    table = _table(truth, predicted, probabilities)
    others = (~truth).sum(0)
    specificity = np.where(others > 0, (~truth & ~predicted).sum(0) / np.maximum(others, 1), np.nan)
    hits, named = (truth & predicted).sum(), truth.sum() + predicted.sum()
    return {
        "accuracy": float((truth == predicted).all(1).mean()),
        "balanced_accuracy": _mean((table["recall"] + specificity) / 2),
        **_averages(table),
        "micro_f1": float(2 * hits / named) if named else None,
        "ece": expected_calibration_error(probabilities.ravel(), truth.ravel()),
        "brier": brier_score(probabilities, truth),
        "log_loss": log_loss(np.where(truth, probabilities, 1 - probabilities).ravel()),
        "per_class": _per_class(classes, table),
    }


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


def _averages(table: Mapping[str, np.ndarray]) -> dict[str, float | None]:
    return {
        "macro_f1": _mean(table["f1"]),
        "weighted_f1": _mean(table["f1"], table["support"]),
        "macro_recall": _mean(table["recall"]),
        "macro_precision": _mean(table["precision"]),
        "map": _mean(table["average_precision"]),
        "roc_auc": _mean(table["roc_auc"]),
    }


def _mean(values: np.ndarray, weights: np.ndarray | None = None) -> float | None:
    """Mean of the defined values; None if there is none."""
    defined = ~np.isnan(values)
    if not defined.any():
        return None
    return float(np.average(values[defined], weights=None if weights is None else weights[defined]))


def _per_class(classes: tuple[str, ...], table: Mapping[str, np.ndarray]) -> dict[str, dict[str, float | int | None]]:
    columns = {name: [None if value != value else value for value in column.tolist()] for name, column in table.items()}
    return {
        name: dict(zip(columns, values, strict=True))
        for name, values in zip(classes, zip(*columns.values(), strict=True), strict=True)
    }
