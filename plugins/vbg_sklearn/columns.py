"""Heads whose learning is arrays: one set per task, or per class of a multi-label task. n vectors, C classes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from vbg_framework import EstimatorClassifier, Task

FILE = "arrays.safetensors"
SEEN = "seen"

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Learnt:
    """Args: seen = the classes in the training records, in order; arrays = about these, empty where fewer than two."""

    seen: np.ndarray
    arrays: Arrays


class ArrayClassifier(EstimatorClassifier):
    """Learns arrays, says probabilities from them, and keeps them in one safetensors file.

    A class without training records has probability 0, a task without any training label equal probabilities.
    """

    def __init__(self, config: Any, *, dim: int, tasks: Mapping[str, Task]) -> None:
        super().__init__(config, dim=dim, tasks=tasks)
        self.learnt: dict[str, list[Learnt]] = {}

    @abstractmethod
    def learn(self, x: np.ndarray, codes: np.ndarray, count: int, seed: int) -> Arrays:
        """Learn to tell two classes or more apart.

        Args:
            x: (n, dim) float32.
            codes: (n,) classes, 0 to count - 1, none of them empty.
            count: classes.
            seed: of every draw.
        """

    @abstractmethod
    def say(self, arrays: Arrays, x: np.ndarray) -> np.ndarray:
        """(n, dim) -> (n, count) probabilities by what `learn` returned."""

    def fit(self, x: np.ndarray, targets: Mapping[str, np.ndarray], *, seed: int) -> None:
        """Learn every task from its labelled vectors."""
        for name, task in self.tasks.items():
            target = targets[name]
            known = (target != -1).all(1) if task.multi_label else target != -1  # (n,)
            columns = target[known].T if task.multi_label else [target[known]]
            self.learnt[name] = [self._learnt(x[known], column, seed) for column in columns]

    def _learnt(self, x: np.ndarray, column: np.ndarray, seed: int) -> Learnt:
        seen, codes = np.unique(column, return_inverse=True)
        return Learnt(seen, self.learn(x, codes, len(seen), seed) if len(seen) > 1 else {})

    def predict_proba(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """(n, dim) -> task -> (n, C)."""
        return {name: self._probabilities(task, x) for name, task in self.tasks.items()}

    def _probabilities(self, task: Task, x: np.ndarray) -> np.ndarray:
        if task.multi_label:
            return np.stack([self._spread(each, x, 2)[:, 1] for each in self.learnt[task.name]], axis=1)
        return self._spread(self.learnt[task.name][0], x, len(task.classes))

    def _spread(self, learnt: Learnt, x: np.ndarray, count: int) -> np.ndarray:
        """(n, count): zeros for classes that were not seen."""
        spread = np.zeros((len(x), count))
        if learnt.arrays:
            spread[:, learnt.seen] = self.say(learnt.arrays, x)
        else:
            spread[:, learnt.seen if len(learnt.seen) else slice(None)] = 1 / (len(learnt.seen) or count)
        return spread

    def save(self, folder: Path) -> None:
        """Write all arrays to one file."""
        save_file(dict(self._named()), folder / FILE)

    def _named(self) -> Iterator[tuple[str, np.ndarray]]:
        for index, name in enumerate(self.tasks):
            for column, learnt in enumerate(self.learnt[name]):
                for key, value in {SEEN: learnt.seen, **learnt.arrays}.items():
                    yield f"{index}.{column}.{key}", np.ascontiguousarray(value)

    def load(self, folder: Path) -> None:
        """Read them again."""
        result = load_file(folder / FILE)
        for index, (name, task) in enumerate(self.tasks.items()):
            count = len(task.classes) if task.multi_label else 1
            self.learnt[name] = [_column(result, f"{index}.{column}.") for column in range(count)]


def _column(result: Arrays, start: str) -> Learnt:
    arrays = {name.removeprefix(start): value for name, value in result.items() if name.startswith(start)}
    return Learnt(arrays.pop(SEEN), arrays)
