"""The interface of heads that are fitted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic

import numpy as np

from vbg_framework.contracts.augmenter import Augmenter as Augmenter
from vbg_framework.contracts.augmenter import Transform as Transform
from vbg_framework.contracts.interfaces import Block
from vbg_framework.contracts.option_type import Options
from vbg_framework.contracts.record import Task

Fold = tuple[np.ndarray, np.ndarray]
"""Positions to learn from, positions held out."""


class EstimatorClassifier(ABC, Generic[Options]):
    """A scikit-learn-style head: fitted once, on the vectors that frozen encoders make.

    Args:
        dim: size of the vectors it reads.
        tasks: task -> Task with `classes` and training `counts` filled in.

    Attributes:
        blocks: what stands where in a vector; the core sets it before the head is fitted or loaded.
        tell: told a line about work that takes long; the core shows it.
    """

    blocks: tuple[Block, ...] = ()
    tell: Callable[[str], None] = staticmethod(lambda line: None)

    def __init__(self, config: Options, *, dim: int, tasks: Mapping[str, Task]) -> None:
        self.config, self.dim, self.tasks = config, dim, dict(tasks)

    @abstractmethod
    def fit(self, x: np.ndarray, targets: Mapping[str, np.ndarray], *, seed: int) -> None:
        """Learn from n vectors.

        Args:
            x: (n, dim) float32.
            targets: task -> (n,) class indices, int64, -1 = missing; for a multi-label task (n, C) of 0 and 1, a row of
                -1 = missing. A record without a label of a task is left out of that task.
            seed: seed of every random draw.
        """

    def cross_fit(
        self, x: np.ndarray, targets: Mapping[str, np.ndarray], folds: Sequence[Fold], *, seed: int
    ) -> Mapping[str, np.ndarray]:
        """Learn from all n vectors, and return what heads like this one say of those they have not learnt from.

        Args:
            x: as in `fit`.
            targets: as in `fit`.
            seed: as in `fit`.
            folds: pairs of positions, to learn from and held out; every vector that counts is held out once.

        Returns:
            task -> (n, C) probabilities; 0 for vectors that no fold holds out.
        """
        result = self.out_of_fold(x, targets, folds, seed=seed)
        self.fit(x, targets, seed=seed)
        return result

    def out_of_fold(
        self, x: np.ndarray, targets: Mapping[str, np.ndarray], folds: Sequence[Fold], *, seed: int
    ) -> dict[str, np.ndarray]:
        """The probabilities of `cross_fit`, without learning from all."""
        results = {name: np.zeros((len(x), len(task.classes)), np.float32) for name, task in self.tasks.items()}
        for learn, held in folds:
            fresh = type(self)(self.config, dim=self.dim, tasks=self.tasks)
            fresh.blocks = self.blocks
            fresh.fit(x[learn], {name: target[learn] for name, target in targets.items()}, seed=seed)
            for name, said in fresh.predict_proba(x[held]).items():
                results[name][held] = said
        return results

    @staticmethod
    def learnable(target: np.ndarray, folds: Sequence[Fold]) -> np.ndarray:
        """Whether the head that does not learn from a vector has learnt the class of it from others.

        Where it has not, its probability says nothing about the head that learns from all.

        Args:
            target: of one task, as in `fit`.
            folds: as in `cross_fit`.

        Returns:
            (n,) bool; True for vectors that no fold holds out or that have no label, and for multi-label tasks.
        """
        result = np.ones(len(target), bool)
        for learn, held in folds if target.ndim == 1 else ():
            result[held] = np.isin(target[held], target[learn]) | (target[held] == -1)
        return result

    def account(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Task -> rows about what the head is made of, each with `weight` in 0..1, for the report. Default: nothing."""
        return {}

    @abstractmethod
    def predict_proba(self, x: np.ndarray) -> Mapping[str, np.ndarray]:
        """(n, dim) -> task -> (n, C) probabilities; rows sum to 1, except for multi-label tasks."""

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write everything `load` needs into an empty folder, without pickle."""

    @abstractmethod
    def load(self, folder: Path) -> None:
        """Become what `save` wrote."""
