"""Ridge regression as a head. n vectors, D features, C classes, L landmarks."""

from __future__ import annotations

import numpy as np
from scipy.special import log_softmax, softmax
from sklearn.kernel_approximation import Nystroem

from vbg_sklearn.columns import ArrayClassifier, Arrays

PENALTIES = 10.0 ** np.arange(-3, 2.1, 0.5)
"""Penalties that are tried, in units of the mean of the squared lengths of vectors."""
SHARPNESS = 2.0 ** np.arange(0, 6.1, 0.5)
"""What scores are multiplied by before the softmax: those that are tried."""


class RidgeClassifier(ArrayClassifier):
    """Least squares on columns of 0 and 1, with probabilities: softmax of the scores, sharpened by one number.

    Penalty and sharpness are those with the smallest log loss when each record is left out in turn, which least squares
    give in closed form. With `kernel: rbf` vectors are first compared with landmarks drawn from the training records
    (Nystroem method, Williams & Seeger 2001).
    """

    def learn(self, x: np.ndarray, codes: np.ndarray, count: int, seed: int) -> Arrays:
        """Find weights, penalty and sharpness."""
        kernel = self._kernel(x, seed)
        z = _lifted(kernel, x)
        weight = self._weights(codes, count)
        size = float(np.einsum("nd,nd->n", z, z).mean())
        values, vectors = np.linalg.eigh((z * weight[:, None]).T @ z)
        turned, wanted = z @ vectors, np.eye(count)[codes]
        pulled = turned.T @ (weight[:, None] * wanted)
        best = (np.inf, 0.0, 1.0)
        for penalty in PENALTIES * size:
            inverse = 1 / (np.maximum(values, 0) + penalty)
            scores = turned @ (inverse[:, None] * pulled)
            reach = np.minimum(weight * np.einsum("nd,d,nd->n", turned, inverse, turned), 0.999)[:, None]
            left_out = (scores - reach * wanted) / (1 - reach)
            best = min(best, *((_surprise(left_out * sharp, codes, weight), penalty, sharp) for sharp in SHARPNESS))
        lines = vectors @ (pulled / (np.maximum(values, 0) + best[1])[:, None]) * best[2]
        return {**kernel, "lines": lines.astype(np.float32)}

    def say(self, arrays: Arrays, x: np.ndarray) -> np.ndarray:
        """Softmax of the scores."""
        kernel = {name: value for name, value in arrays.items() if name != "lines"}
        return softmax(_lifted(kernel, x) @ arrays["lines"].astype(np.float64), axis=1)

    def _kernel(self, x: np.ndarray, seed: int) -> Arrays:
        if self.config.kernel == "linear":
            return {}
        spread = float(np.square(x - x.mean(0)).sum(1).mean()) or 1.0
        gamma = self.config.gamma / spread
        count = min(self.config.landmarks, len(x))
        fitted = Nystroem(gamma=gamma, n_components=count, random_state=seed % 2**32).fit(x)
        return {
            "landmarks": fitted.components_.astype(np.float32),
            "root": fitted.normalization_.astype(np.float32),
            "gamma": np.array([gamma], np.float64),
        }

    def _weights(self, codes: np.ndarray, count: int) -> np.ndarray:
        """(n,) mean 1: a record of a scarce class counts more."""
        counts = np.bincount(codes, minlength=count)
        weight = (1 / counts[codes]) ** self.config.balance
        return weight / weight.mean()


def _lifted(kernel: Arrays, x: np.ndarray) -> np.ndarray:
    """(n, D) -> (n, D + 1), or (n, L + 1) of likenesses to landmarks; the last number is 1."""
    x = x.astype(np.float64)
    if kernel:
        marks = kernel["landmarks"].astype(np.float64)
        apart = np.square(x).sum(1)[:, None] + np.square(marks).sum(1) - 2 * x @ marks.T
        x = np.exp(-kernel["gamma"][0] * np.maximum(apart, 0)) @ kernel["root"].T.astype(np.float64)
    return np.hstack([x, np.ones((len(x), 1))])


def _surprise(scores: np.ndarray, codes: np.ndarray, weight: np.ndarray) -> float:
    """Weighted mean log loss of the softmax."""
    return float(-(weight * log_softmax(scores, axis=1)[np.arange(len(codes)), codes]).mean())
