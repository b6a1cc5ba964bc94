"""Metrics that count right answers."""

from __future__ import annotations

from vbg_framework import Metric, Outcomes


class Accuracy(Metric):
    """Share of records whose classes are all right and none too many."""

    title = "Accuracy"
    meaning = "share of records answered right; for several labels, all of them and none too many"

    def value(self, outcomes: Outcomes) -> float:
        """The share, 0..1."""
        return float((outcomes.truth == outcomes.predicted).all(1).mean())


class MicroF1(Metric):
    """Harmonic mean of precision and recall over all pairs of record and class."""

    title = "Micro F1"
    meaning = "balance of precision and recall over all labels together"
    multi_label = True

    def value(self, outcomes: Outcomes) -> float | None:
        """The mean, 0..1; None if nothing is carried or predicted."""
        hits, named = (outcomes.truth & outcomes.predicted).sum(), outcomes.truth.sum() + outcomes.predicted.sum()
        return float(2 * hits / named) if named else None
