"""One line per class, and how they are fitted. n vectors, D features, C classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.preprocessing import StandardScaler


@dataclass(frozen=True)
class Lines:
    """Args: weight (C, D) and bias (C,); a bias of -inf = a class that never was there, inf = one that always was."""

    weight: np.ndarray
    bias: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(n, D) -> logits (n, C)."""
        return x.astype(np.float64) @ self.weight.T + self.bias


def fit_one(solver: Any, x: np.ndarray, target: np.ndarray, count: int, standardise: bool) -> Lines:
    """For classes of which a record has one.

    Args:
        target: (n,) class indices.
        count: C.
    """
    seen = np.unique(target)
    lines = constant(count, x.shape[1], -np.inf if len(seen) else 0.0)
    lines.bias[seen] = 0
    if len(seen) == 2:  # scikit-learn has one line for two classes: that of the second
        lines.weight[seen[1]], lines.bias[seen[1]] = (result[0] for result in solve(solver, x, target, standardise))
    elif len(seen) > 2:
        lines.weight[seen], lines.bias[seen] = solve(solver, x, target, standardise)
    return lines


def fit_several(solver: Any, x: np.ndarray, target: np.ndarray, count: int, standardise: bool) -> Lines:
    """For classes of which a record has any number: each against the rest.

    Args:
        target: (n, C) of 0 and 1.
        count: C.
    """
    lines = constant(count, x.shape[1], 0.0)
    for index, column in enumerate(target.T):
        seen = np.unique(column)
        if len(seen) == 2:
            lines.weight[index], lines.bias[index] = (result[0] for result in solve(solver, x, column, standardise))
        elif len(seen):
            lines.bias[index] = np.inf if seen[0] else -np.inf
    return lines


def constant(count: int, dim: int, bias: float) -> Lines:
    """Lines that do not look at the vectors."""
    return Lines(np.zeros((count, dim)), np.full(count, bias))


def solve(solver: Any, x: np.ndarray, target: np.ndarray, standardise: bool) -> tuple[np.ndarray, np.ndarray]:
    """Weights (C, D) and biases (C,) of scikit-learn, for vectors as they come: the scaling is folded in."""
    x = x.astype(np.float64)
    scaler = StandardScaler(with_mean=standardise, with_std=standardise).fit(x)
    fitted = clone(solver).fit(scaler.transform(x), target)
    weight, bias = fitted.coef_, fitted.intercept_
    if standardise:
        weight = weight / scaler.scale_
        bias = bias - weight @ scaler.mean_
    return weight, bias
