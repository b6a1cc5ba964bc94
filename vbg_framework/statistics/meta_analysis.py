"""One effect from several data sets: a random-effects meta-analysis. k effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics.interval import Interval


@dataclass(frozen=True)
class Pooled:
    """The mean of the effects that data sets of this kind have.

    Args:
        effects: k, how many were pooled.
        mean: weighted mean effect, in the unit of the effects.
        interval: of the mean, at level 1 - alpha.
        p: two-sided, before correction for several arms.
        tau: standard deviation of the true effects between data sets, in the unit of the effects.
        i_squared: share of the variance of the effects that is not sampling error, 0..1 (Higgins and Thompson 2002).
        q_p: p of Cochran's Q, that all data sets have one effect.
    """

    effects: int
    mean: float
    interval: Interval
    p: float
    tau: float
    i_squared: float
    q_p: float


def pool(means: Sequence[float], errors: Sequence[float], *, alpha: float = 0.05) -> Pooled:
    """Pool effects by a random-effects model: every data set has an effect of its own, drawn around a common mean.

    The variance between data sets is that of Paule and Mandel (1982). The interval is Student's t with k - 1 degrees of
    freedom and the variance of Hartung and Knapp (2001), never less than without their factor (Roever et al. 2015):
    with few data sets the usual normal interval is too narrow.

    Args:
        means: k effects, such as mean differences of a metric.
        errors: their k standard errors, > 0.
        alpha: 1 - coverage.

    Raises:
        VBGError: fewer than two effects, or an error that is not positive and finite.
    """
    from scipy import special

    effects, variances = np.asarray(means, float), np.square(np.asarray(errors, float))
    if len(effects) < 2 or len(effects) != len(variances):
        what = f"needs two effects or more, each with its standard error, got {len(effects)} and {len(variances)}"
        raise VBGError("meta-analysis", what, "Give one of each per data set.")
    if not (np.isfinite(effects).all() and np.isfinite(variances).all() and (variances > 0).all()):
        what = f"needs finite effects and positive standard errors, got {list(means)} and {list(errors)}"
        raise VBGError("meta-analysis", what, "Leave out data sets without spread.")
    free = len(effects) - 1
    tau2 = _between(effects, variances)
    weights = 1 / (variances + tau2)
    mean = float(weights @ effects / weights.sum())
    spread = max(1.0, float(weights @ np.square(effects - mean)) / free)
    error = float(np.sqrt(spread / weights.sum()))
    half = float(special.stdtrit(free, 1 - alpha / 2)) * error
    q = _q(0.0, effects, variances)
    return Pooled(
        len(effects), mean, Interval(mean - half, mean + half), float(2 * special.stdtr(free, -abs(mean) / error)),
        float(np.sqrt(tau2)), max(0.0, 1 - free / q) if q > 0 else 0.0, float(special.chdtrc(free, q)),
    )  # fmt: skip


def _q(tau2: float, effects: np.ndarray, variances: np.ndarray) -> float:
    """Weighted sum of squares about the weighted mean; at 0 Cochran's Q."""
    weights = 1 / (variances + tau2)
    return float(weights @ np.square(effects - weights @ effects / weights.sum()))


def _between(effects: np.ndarray, variances: np.ndarray) -> float:
    """The variance between data sets at which Q is what is expected of it, k - 1; 0 if it is less anyway."""
    from scipy.optimize import brentq

    free = len(effects) - 1
    if _q(0.0, effects, variances) <= free:
        return 0.0
    upper = float(np.ptp(effects) ** 2 * len(effects))
    return float(brentq(lambda tau2: _q(tau2, effects, variances) - free, 0.0, upper, xtol=1e-14 * upper, rtol=1e-12))
