"""Calibration error, Brier score and log loss. Light: numpy only. n decisions, C classes."""

from __future__ import annotations

import numpy as np

BINS = 15


def expected_calibration_error(confidence: np.ndarray, correct: np.ndarray) -> float:
    """Mean gap between confidence and hit rate in 15 equal bins of confidence, 0..1, lower is better.

    Source: Guo et al., On Calibration of Modern Neural Networks, 2017.

    Args:
        confidence: (n,) in 0..1.
        correct: (n,) bool, whether the decision came true.
    """
    bins = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)  # bins are (lower, upper]
    gaps = np.bincount(bins, weights=confidence - correct, minlength=BINS)
    return float(np.abs(gaps).sum() / len(confidence))


def calibrated_error(confidence: np.ndarray, draws: int = 500) -> tuple[float, float]:
    """The calibration error that so many decisions show by chance although every probability comes true.

    Outcomes are drawn from the probabilities themselves (consistency resampling). Source: Broecker and Smith,
    Increasing the Reliability of Reliability Diagrams, 2007.

    Args:
        confidence: (n,) in 0..1.
        draws: outcomes that are drawn, always the same ones.

    Returns:
        mean, and the 95th percentile.
    """
    outcomes = np.random.default_rng(0).random((draws, len(confidence))) < confidence
    errors = [expected_calibration_error(confidence, drawn) for drawn in outcomes]
    return float(np.mean(errors)), float(np.quantile(errors, 0.95))


def brier_score(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """Squared distance between probabilities (n, C) and truth (n, C) of 0 and 1, mean over n: 0..C, lower is better."""
    return float(np.square(probabilities - truth).sum(1).mean())


def log_loss(probability_of_truth: np.ndarray) -> float:
    """Mean of -log of the probability (n,) given to what came true, in nats, from 0 on, lower is better."""
    tiny = np.finfo(np.float64).eps  # one impossible event must not make the mean infinite
    return float(0.0 - np.log(np.clip(probability_of_truth, tiny, 1)).mean())  # negating 0 would give -0.0
