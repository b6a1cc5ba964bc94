"""Nearest neighbours as a head. n vectors, m training vectors, C classes."""

from __future__ import annotations

import numpy as np
from sklearn.preprocessing import normalize

from vbg_sklearn.columns import ArrayClassifier, Arrays

AT_ONCE = 1024  # vectors compared together


class NeighboursClassifier(ArrayClassifier):
    """Votes of the training vectors with the smallest angle; a likeness counts exp(likeness / `width`).

    The shares of the classes in training vote too, as much as one neighbour.
    """

    def learn(self, x: np.ndarray, codes: np.ndarray, count: int, seed: int) -> Arrays:
        """Keep the vectors."""
        return {"vectors": normalize(x).astype(np.float32), "codes": codes.astype(np.int64)}

    def say(self, arrays: Arrays, x: np.ndarray) -> np.ndarray:
        """Count the votes."""
        return np.concatenate([self._votes(arrays, x[n : n + AT_ONCE]) for n in range(0, max(len(x), 1), AT_ONCE)])

    def _votes(self, arrays: Arrays, x: np.ndarray) -> np.ndarray:
        codes, k = arrays["codes"], min(self.config.neighbours, len(arrays["codes"]))
        like = normalize(x) @ arrays["vectors"].T  # (n, m)
        near = np.argpartition(-like, k - 1, axis=1)[:, :k]
        result = np.take_along_axis(like, near, axis=1)
        votes = np.exp((result - result.max(1, keepdims=True)) / self.config.width)
        count = int(codes.max()) + 1
        shares = np.bincount(codes, minlength=count) / len(codes)
        said = np.stack([np.where(codes[near] == code, votes, 0).sum(1) for code in range(count)], axis=1) + shares
        return said / said.sum(1, keepdims=True)
