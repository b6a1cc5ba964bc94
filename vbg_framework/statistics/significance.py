"""p-values of paired differences, two-sided, and their correction for several arms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vbg_framework.statistics.interval import standard_error

EXACT = 16
"""Up to so many pairs all 2^pairs signs are gone through; above, 9,999 are drawn."""
DRAWS = 9999


def sign_flip_p(differences: np.ndarray, *, seed: int = 0) -> float:
    """How often the mean would be as far from 0 if the sign of every difference were a coin's.

    Exact up to 16 pairs; above, the share among drawn signs with the observed ones counted in, so that p is never 0
    (Phipson and Smyth 2010). Flipping signs leaves the sum of squares as it is, so the mean orders the outcomes just as
    Student's t would.

    Args:
        differences: (R,); symmetric about 0 if the arms are equal.
        seed: decides the drawn signs.
    """
    moving = differences[differences != 0]  # the sign of a zero changes nothing
    if not len(moving):
        return 1.0
    reached = np.abs(moving.sum()) - 1e-12 * np.abs(moving).sum()  # sums in another order differ by rounding
    if len(moving) <= EXACT:
        return float(np.mean(np.abs(_all_signs(len(moving)) @ moving) >= reached))
    signs = np.random.default_rng(seed).integers(0, 2, (DRAWS, len(moving)), dtype=np.int8) * 2 - 1
    return float((1 + np.sum(np.abs(signs @ moving) >= reached)) / (DRAWS + 1))


def corrected_t_p(differences: np.ndarray, *, overlap: float) -> float:
    """p of the corrected resampled t test; goes with `t_interval`, whose source it shares.

    Args:
        differences: (R,), R >= 2, not all equal.
        overlap: test objects / training objects.
    """
    from scipy import special

    t = np.abs(differences.mean()) / standard_error(differences, overlap)
    return float(2 * special.stdtr(len(differences) - 1, -t))


def wilcoxon_p(differences: np.ndarray, *, seed: int = 0) -> float:
    """p of Wilcoxon's signed-rank test: signs are flipped as above, but of ranks. Zeros are dropped, ties share a rank.

    Args:
        differences: (N,), one per data set.
        seed: decides the drawn signs above 16 data sets.
    """
    from scipy.stats import rankdata

    moving = differences[differences != 0]
    return sign_flip_p(np.sign(moving) * rankdata(np.abs(moving)), seed=seed)


def holm(ps: Sequence[float | None]) -> list[float | None]:
    """Correct p-values so that the chance of any false finding among them stays below alpha (Holm 1979).

    A p that could not be computed (None) stays None and counts as one of the comparisons: it was planned.
    """
    known = np.array([1.0 if p is None else p for p in ps])
    order = np.argsort(known, kind="stable")
    stepped = np.minimum(np.maximum.accumulate(known[order] * np.arange(len(ps), 0, -1)), 1)
    adjusted = dict(zip(order.tolist(), stepped.tolist(), strict=True))
    return [None if p is None else adjusted[i] for i, p in enumerate(ps)]


def _all_signs(pairs: int) -> np.ndarray:
    """(2^(pairs - 1), pairs) of 1 and -1: the last sign is 1, since flipping all changes no distance from 0."""
    codes = np.arange(2 ** (pairs - 1))[:, None]
    return 1 - 2 * (codes >> np.arange(pairs) & 1)
