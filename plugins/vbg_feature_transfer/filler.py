"""What augmenters share that fill scarce classes with vectors. n vectors, D features, C classes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np

from vbg_feature_transfer.classes import Classes
from vbg_framework import Augmenter
from vbg_framework.toolkit import with_new_vectors


class Filler(Augmenter):
    """Makes as many vectors of every class as are wanted, class by class; of a class without vectors none."""

    def resample(
        self, x: np.ndarray, targets: Mapping[str, np.ndarray], *, task: str, wanted: Sequence[int], seed: int
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Return the vectors, followed by new ones, which have their class and no label of other tasks."""
        known = targets[task] >= 0
        classes = Classes(x[known], targets[task][known], len(wanted))
        pieces = []
        for code in np.flatnonzero((np.asarray(wanted) > 0) & (classes.counts > 0)).tolist():
            new = self.draw(classes, code, wanted[code], np.random.default_rng([seed, code]))
            pieces.append((new, np.full(len(new), code, targets[task].dtype)))
        return with_new_vectors(x, targets, task=task, pieces=pieces)

    @abstractmethod
    def draw(self, classes: Classes, code: int, count: int, draws: np.random.Generator) -> np.ndarray:
        """(count, D) vectors of a class that has some, or none at all if that cannot be done."""


def in_turns(members: np.ndarray, count: int, draws: np.random.Generator) -> np.ndarray:
    """(count, D) of (m, D) members, each as often as the others: all in random order, then again."""
    rounds = -(-count // len(members))
    return members[np.concatenate([draws.permutation(len(members)) for _ in range(rounds)])[:count]]
