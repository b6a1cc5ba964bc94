"""The augmenters `embedding_copies` and `embedding_jitter`: what lent deviations have to beat."""

from __future__ import annotations

import numpy as np

from vbg_feature_transfer.classes import Classes
from vbg_feature_transfer.filler import Filler, in_turns


class EmbeddingCopies(Filler):
    """Copies of the vectors of scarce classes, each as often as the others."""

    def draw(self, classes: Classes, code: int, count: int, draws: np.random.Generator) -> np.ndarray:
        """(count, D) copies."""
        return in_turns(classes.members(code), count, draws)


class EmbeddingJitter(Filler):
    """Copies with normal noise, feature by feature as wide as vectors vary within their classes (pooled)."""

    def draw(self, classes: Classes, code: int, count: int, draws: np.random.Generator) -> np.ndarray:
        """(count, D) moved copies."""
        copies = in_turns(classes.members(code), count, draws)
        return copies + self.config.strength * within(classes) * draws.standard_normal(copies.shape)


def within(classes: Classes) -> np.ndarray:
    """(D,) pooled standard deviation within classes; 0 if no class has two vectors."""
    several = np.flatnonzero(classes.counts > 1).tolist()
    if not several:
        return np.zeros(classes.x.shape[1])
    squares = sum(np.square(classes.deviations(code)).sum(0) for code in several)
    return np.sqrt(squares / (classes.counts[several] - 1).sum())
