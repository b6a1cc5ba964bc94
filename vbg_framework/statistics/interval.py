"""Intervals of a mean difference and of a share. R replicates; leading dimensions are many studies at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Interval(NamedTuple):
    """From `low` to `high`; an array each if many studies were given at once."""

    low: float
    high: float


def t_interval(differences: np.ndarray, *, overlap: float = 0.0, alpha: float = 0.05) -> Interval:
    """Interval of the mean of paired differences by Student's t with R - 1 degrees of freedom.

    With `overlap` it is the corrected resampled t: the variance of the mean is s^2 (1 / R + overlap). Source: Nadeau
    and Bengio, "Inference for the generalization error", Machine Learning 52, 2003.

    Args:
        differences: (..., R), R >= 2.
        overlap: test objects / training objects if the replicates re-split one data set; 0 = they are independent.
        alpha: 1 - coverage.
    """
    from scipy import special

    replicates, mean = differences.shape[-1], differences.mean(-1)
    half = special.stdtrit(replicates - 1, 1 - alpha / 2) * standard_error(differences, overlap)
    return Interval(mean - half, mean + half)


def standard_error(differences: np.ndarray, overlap: float = 0.0) -> np.ndarray:
    """Standard error of the mean of (..., R) paired differences; see `t_interval`."""
    return differences.std(-1, ddof=1) * np.sqrt(1 / differences.shape[-1] + overlap)


def bca_interval(differences: np.ndarray, *, alpha: float = 0.05, seed: int = 0, resamples: int = 9999) -> Interval:
    """Interval of the mean by the bias-corrected and accelerated bootstrap (Efron 1987), from scipy.

    Args:
        differences: (..., R) independent differences that are not all equal.
        alpha: 1 - coverage.
        seed: decides the draws.
        resamples: how many.
    """
    from scipy.stats import bootstrap

    draws = np.random.default_rng(seed)
    result = bootstrap(
        (differences,), np.mean, axis=-1, n_resamples=resamples, confidence_level=1 - alpha, rng=draws
    ).confidence_interval
    return Interval(result.low, result.high)


def spread_interval(spread: float, pairs: int, *, alpha: float = 0.05) -> Interval:
    """Interval of a standard deviation by the chi-square distribution with pairs - 1 degrees of freedom.

    Exact for normal differences, also for those of replicates that share objects, if all pairs of them are equally
    correlated; the deviation is then that which is left within a data set.

    Args:
        spread: of the sample, > 0.
        pairs: differences it was computed from, >= 2.
        alpha: 1 - coverage.
    """
    from scipy import special

    free = pairs - 1
    low, high = (spread * np.sqrt(free / special.chdtri(free, tail)) for tail in (alpha / 2, 1 - alpha / 2))
    return Interval(float(low), float(high))


def wilson_interval(share: float, n: float, *, alpha: float = 0.05) -> Interval:
    """Interval of a share; sensible for few cases and for shares of 0 and 1, where the usual formula gives no width.

    Source: Wilson, "Probable inference", JASA 22, 1927.

    Args:
        share: the share seen, 0..1.
        n: independent cases it was seen in, > 0; need not be whole, since repeated looks at one object count less.
        alpha: 1 - coverage.
    """
    from scipy import special

    z2 = special.ndtri(1 - alpha / 2) ** 2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    return Interval(max(0.0, float(middle - half)), min(1.0, float(middle + half)))
