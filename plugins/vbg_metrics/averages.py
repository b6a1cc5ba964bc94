"""Metrics that are means over classes."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from vbg_framework import Metric, Outcomes


def mean(values: np.ndarray, weights: np.ndarray | None = None) -> float | None:
    """Mean of the defined values; None if there is none."""
    defined = ~np.isnan(values)
    if not defined.any():
        return None
    return float(np.average(values[defined], weights=None if weights is None else weights[defined]))


class Average(Metric):
    """Mean of a column of the values per class, over the classes where it is defined."""

    column: ClassVar[str]

    def value(self, outcomes: Outcomes) -> float | None:
        """The mean, 0..1."""
        return mean(outcomes.per_class[self.column])


class MacroF1(Average):
    """Mean over classes of the harmonic mean of precision and recall."""

    title, column = "Macro F1", "f1"
    meaning = "balance of precision and recall; a rare class counts as much as a common one"


class MacroRecall(Average):
    """Mean over classes of the share of a class's records that are called so."""

    title, column = "Macro recall", "recall"
    meaning = "how much of a class is found, mean over classes"


class MacroPrecision(Average):
    """Mean over classes of the share of what is called a class that belongs to it."""

    title, column = "Macro precision", "precision"
    meaning = "how much of what is called a class belongs to it, mean over classes"


class Map(Average):
    """Mean over classes of the average precision."""

    title, column, probabilistic = "mAP", "average_precision", True
    meaning = "how far a class's records rank above all others; mean average precision over classes"


class RocAuc(Average):
    """Mean over classes of the area under the ROC curve, one class against the rest."""

    title, column, probabilistic = "ROC AUC", "roc_auc", True
    meaning = "chance that a record of a class scores above a record of the rest, mean over classes"


class WeightedF1(Metric):
    """Macro F1 in which a class weighs as much as it has records."""

    title = "Weighted F1"
    meaning = "the same as macro F1, but classes count by their number of records"

    def value(self, outcomes: Outcomes) -> float | None:
        """The mean, 0..1."""
        return mean(outcomes.per_class["f1"], outcomes.per_class["support"])


class BalancedAccuracy(Metric):
    """Mean recall over classes; of a multi-label task the mean of (recall + specificity) / 2."""

    title = "Balanced accuracy"
    meaning = "accuracy if every class had equally many records"

    def value(self, outcomes: Outcomes) -> float | None:
        """The mean, 0..1."""
        recall = outcomes.per_class["recall"]
        return mean((recall + _specificity(outcomes)) / 2 if outcomes.task.multi_label else recall)


def _specificity(outcomes: Outcomes) -> np.ndarray:
    """(C,) share of the records without a class that are not called so; NaN where all records have it."""
    others = (~outcomes.truth).sum(0)
    return np.where(others > 0, (~outcomes.truth & ~outcomes.predicted).sum(0) / np.maximum(others, 1), np.nan)
