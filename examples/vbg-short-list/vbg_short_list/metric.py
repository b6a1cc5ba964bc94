"""The metric."""

from __future__ import annotations

from vbg_framework import Metric, Outcomes
from vbg_short_list.ranks import ranks


class TopK(Metric):
    """Top-k accuracy."""

    title = "Top-k accuracy"
    meaning = "share of records whose right class is among the k most probable"
    probabilistic = True
    multi_label = False

    def value(self, outcomes: Outcomes) -> float:
        """The share, 0..1."""
        return float((ranks(outcomes.probabilities, outcomes.truth.argmax(1)) <= self.config.k).mean())
