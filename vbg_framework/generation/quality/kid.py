"""Kernel inception distance, with whichever feature network it is given."""

from __future__ import annotations

import numpy as np


def kid(real: np.ndarray, fake: np.ndarray) -> tuple[float, float]:
    """How far two sets of pictures lie apart, and the standard error of that.

    The squared maximum mean discrepancy with the kernel k(x, y) = (x.y / D + 1)^3, estimated without bias (Binkowski,
    Sutherland, Arbel and Gretton, "Demystifying MMD GANs", ICLR 2018): it is 0 on average when both sets come from the
    same distribution, however small they are, and so is often a little below 0. The standard error is the jackknife's
    over pairs (one record of each side left out), which is somewhat too large rather than too small.

    Args:
        real: (n, D) features, n >= 3.
        fake: (n, D) features, as many.

    Raises:
        ValueError: the sets differ in size, or are too small.
    """
    n = len(real)
    if real.shape != fake.shape or n < 3:
        raise ValueError(f"KID needs two sets of equal size, at least 3, got {real.shape} and {fake.shape}")
    real, fake = real.astype(np.float64), fake.astype(np.float64)
    within = _kernel(real, real) + _kernel(fake, fake)  # (n, n)
    np.fill_diagonal(within, 0)
    across = _kernel(real, fake)  # (n, n)
    value = within.sum() / (n * (n - 1)) - 2 * across.mean()
    within_left = within.sum() - 2 * within.sum(1)  # (n,): without record i
    across_left = across.sum() - across.sum(0) - across.sum(1) + np.diag(across)
    left = within_left / ((n - 1) * (n - 2)) - 2 * across_left / (n - 1) ** 2
    return float(value), float(np.sqrt((n - 1) * left.var()))


def _kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (x @ y.T / x.shape[1] + 1) ** 3
