"""Training vectors by class. n vectors, D features, C classes."""

from __future__ import annotations

import numpy as np


class Classes:
    """Vectors in float64 and what is known of their classes.

    Args:
        x: (n, D).
        codes: (n,) classes, 0..C-1.
        count: C.
    """

    def __init__(self, x: np.ndarray, codes: np.ndarray, count: int) -> None:
        self.x, self.codes = x.astype(np.float64), codes
        self.counts = np.bincount(codes, minlength=count)  # (C,)

    def members(self, code: int) -> np.ndarray:
        """(m, D) vectors of a class."""
        return self.x[self.codes == code]

    def mean(self, code: int) -> np.ndarray:
        """(D,) mean of a class that has vectors."""
        return self.members(code).mean(0)

    def deviations(self, code: int) -> np.ndarray:
        """(m, D) what the vectors of a class differ from their mean by."""
        return self.members(code) - self.mean(code)

    def lenders(self, code: int, head: int, nearest: int | None) -> list[int]:
        """Other classes with `head` vectors, or else the largest with two; the nearest means first, ties by number."""
        others = [c for c in np.flatnonzero(self.counts > 1).tolist() if c != code]
        results = [c for c in others if self.counts[c] >= head] or sorted(others, key=lambda c: -self.counts[c])[:1]
        mean = self.mean(code)
        return sorted(results, key=lambda c: (float(np.sum((self.mean(c) - mean) ** 2)), c))[:nearest]
