"""The simple model to beat, as a plugin of one file: logistic regression, scaling and strength tuned out of fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from figures_only import FiguresOnly
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.preprocessing import StandardScaler

from vbg_framework import Block, Component, Config, hookimpl

SHARES = (0.2, 0.4, 0.65)
"""Shares of the first block that are tried; where there is one block, there is nothing to share."""
CHOICES = tuple(product((1.0, 3.0, 10.0, 30.0), (None, "balanced")))
"""Strengths and class weights that are tried."""


class TunedLogisticConfig(Config):
    """Nothing to choose: everything is tuned."""


class Scaling:
    """Blocks on one scale: standardised unless they are counts, then of mean squared length = their share."""

    def __init__(self, x: np.ndarray, blocks: Sequence[Block], share: float) -> None:
        rest = (1 - share) / max(1, len(blocks) - 1)
        self.parts, start = [], 0
        for number, block in enumerate(blocks):
            part = x[:, start : start + block.size].astype(np.float64)
            scaler = StandardScaler(with_mean=block.dense, with_std=block.dense).fit(part)
            size = np.square(scaler.transform(part)).sum(1).mean() ** 0.5 or 1.0
            portion = 1.0 if len(blocks) == 1 else share if number == 0 else rest
            self.parts.append((slice(start, start + block.size), scaler, portion**0.5 / size))
            start += block.size

    def __call__(self, x: np.ndarray) -> csr_array:
        """(n, D) -> the same on one scale; mostly zeros where words are counted."""
        return csr_array(np.hstack([each.transform(x[:, at].astype(np.float64)) * by for at, each, by in self.parts]))


class TunedLogistic(FiguresOnly):
    """What macro-F1 out of fold likes best is fitted on all records. One task with one label per record; not kept."""

    def cross_fit(
        self, x: np.ndarray, targets: Mapping[str, np.ndarray], folds: Sequence[Any], *, seed: int
    ) -> dict[str, np.ndarray]:
        """Tune on the folds, then learn from all."""
        [(name, target)] = targets.items()
        shares = SHARES if len(self.blocks) > 1 else SHARES[:1]
        tried = [each for share in shares for each in self._tried(x, target, folds, share)]
        _, said, share, choice = max(tried, key=lambda each: each[0])
        known = target >= 0
        self.scaling = Scaling(x[known], self.blocks, share)
        self.model = _logistic(self.scaling(x[known]), target[known], *choice)
        return {name: said}

    def _tried(self, x: np.ndarray, target: np.ndarray, folds: Sequence[Any], share: float) -> list[Any]:
        """(macro-F1, probabilities out of fold, share, choice) of every choice."""
        count, known = len(next(iter(self.tasks.values())).classes), target >= 0
        said = {choice: np.zeros((len(x), count), np.float32) for choice in CHOICES}
        for learn, held in folds:
            learn = learn[known[learn]]
            scaling = Scaling(x[learn], self.blocks, share)
            inside, outside = scaling(x[learn]), scaling(x[held])
            for choice in CHOICES:
                said[choice][held] = _said(_logistic(inside, target[learn], *choice), outside, count)
        return [
            (f1_score(target[known], p[known].argmax(1), average="macro"), p, share, choice)
            for choice, p in said.items()
        ]

    def predict_proba(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """(n, dim) -> task -> (n, C)."""
        return {name: _said(self.model, self.scaling(x), len(task.classes)) for name, task in self.tasks.items()}


def _logistic(x: csr_array, target: np.ndarray, strength: float, weight: str | None) -> LogisticRegression:
    return LogisticRegression(C=strength, class_weight=weight, max_iter=300).fit(x, target)


def _said(model: LogisticRegression, x: csr_array, count: int) -> np.ndarray:
    said = np.full((x.shape[0], count), 1e-9)
    said[:, model.classes_] = model.predict_proba(x)
    return said


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the head."""
    return [Component("classifier", "tuned_logistic", TunedLogisticConfig, "tuned_logistic:TunedLogistic")]
