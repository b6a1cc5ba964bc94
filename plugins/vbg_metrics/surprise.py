"""Metrics of how far probabilities can be taken at their word.

Of a multi-label task, `ece` and `log_loss` take every pair of record and class as one yes-or-no decision.
"""

from __future__ import annotations

from math import inf

import numpy as np

from vbg_framework import Metric, Outcomes
from vbg_framework.toolkit import brier_score, expected_calibration_error, log_loss


class Ece(Metric):
    """Expected calibration error. Source: Guo et al., On Calibration of Modern Neural Networks, 2017."""

    title, probabilistic, higher_is_better = "Calibration error", True, False
    meaning = "gap between stated confidence and share of right answers; lower is better"

    def value(self, outcomes: Outcomes) -> float:
        """The mean gap, 0..1."""
        if outcomes.task.multi_label:
            return expected_calibration_error(outcomes.probabilities.ravel(), outcomes.truth.ravel())
        right = (outcomes.truth & outcomes.predicted).any(1)
        return expected_calibration_error(outcomes.probabilities.max(1), right)


class Brier(Metric):
    """Squared distance between probabilities and truth, summed over classes."""

    title, probabilistic, higher_is_better, range = "Brier score", True, False, (0.0, inf)
    meaning = "squared error of the probabilities; lower is better"

    def value(self, outcomes: Outcomes) -> float:
        """The mean over records, 0..C."""
        return brier_score(outcomes.probabilities, outcomes.truth)


class LogLoss(Metric):
    """Mean of -log of the probability given to what came true, in nats."""

    title, probabilistic, higher_is_better, range = "Log loss", True, False, (0.0, inf)
    meaning = "surprise at the truth; lower is better"

    def value(self, outcomes: Outcomes) -> float:
        """The mean, from 0 on."""
        p, truth = outcomes.probabilities, outcomes.truth
        return log_loss(np.where(truth, p, 1 - p).ravel() if outcomes.task.multi_label else p[truth])
