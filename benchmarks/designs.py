"""Learners of `learners.py` in the designs of a study: several draws per division, and repeated folds."""

from __future__ import annotations

import numpy as np
from learners import Learners


class Drawn(Learners):
    """Divisions 8:1:1, each used for some draws, which keep `keep` training objects of the last two classes.

    Args:
        counts: objects per class.
        draws: per division; their mean is one value of a study.
        keep: training objects of a scarce class.
    """

    overlap = 1 / 8

    def __init__(self, counts: tuple[int, ...], draws: int, keep: int = 8) -> None:
        super().__init__(counts)
        self.draws, self.keep = draws, keep

    def run(self, studies: int, splits: int, draws: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Draw a data set per study and divide it: learner -> (S, R x draws, T) classes, and objects."""
        centroids, tests, objects = [], [], []
        for number, (mean, size) in enumerate(zip(self.means, self.counts, strict=True)):
            points, test = mean + draws.standard_normal((studies, size, 8)), self.tested[number]
            order = draws.random((studies, splits, size)).argsort(-1).repeat(self.draws, 1)
            trained = order[..., 2 * test :]
            if number >= self.classes - 2:
                trained = draws.permuted(trained, axis=-1)[..., : self.keep]
            centroids.append(centroids_of(points, trained))
            tests.append(points[np.arange(studies)[:, None, None], order[..., :test]])
            objects.append(order[..., :test] + 1000 * number)
        return self.answers(np.stack(centroids, 2), np.concatenate(tests, 2), draws), np.concatenate(objects, 2)

    def values(self, studies: int, splits: int, seed: int) -> dict[str, np.ndarray]:
        """Learner -> (S, R) macro-F1, the mean of the draws of each division."""
        scores = self.scores(studies, splits, seed)
        return {name: each.reshape(studies, splits, self.draws).mean(-1) for name, each in scores.items()}


class Folded(Learners):
    """Repeated K-fold cross-validation: every object is tested once in each repeat, all others are trained on.

    Args:
        counts: objects per class, each a multiple of the folds.
        folds: K.
    """

    def __init__(self, counts: tuple[int, ...], folds: int) -> None:
        super().__init__(counts)
        self.folds, self.tested, self.overlap = folds, np.array(counts) // folds, 1 / (folds - 1)
        self.truth = np.repeat(np.arange(self.classes), self.tested)

    def run(self, studies: int, splits: int, draws: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Draw a data set per study: learner -> (S, repeats x K, T) classes, and objects. `splits` are repeats x K."""
        centroids, tests, objects = [], [], []
        for number, (mean, size) in enumerate(zip(self.means, self.counts, strict=True)):
            points, test = mean + draws.standard_normal((studies, size, 8)), self.tested[number]
            repeats = draws.random((studies, splits // self.folds, size)).argsort(-1)
            order = np.stack([np.roll(repeats, -test * fold, -1) for fold in range(self.folds)], 2)
            order = order.reshape(studies, splits, size)
            centroids.append(centroids_of(points, order[..., test:]))
            tests.append(points[np.arange(studies)[:, None, None], order[..., :test]])
            objects.append(order[..., :test] + 1000 * number)
        return self.answers(np.stack(centroids, 2), np.concatenate(tests, 2), draws), np.concatenate(objects, 2)

    def values(self, studies: int, splits: int, seed: int) -> dict[str, np.ndarray]:
        """Learner -> (S, R) macro-F1."""
        return self.scores(studies, splits, seed)


def centroids_of(points: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """(S, R, D) mean of the given rows (S, R, n) of (S, N, D) points."""
    taken = np.zeros((*rows.shape[:2], points.shape[1]))
    np.put_along_axis(taken, rows, 1, -1)
    return taken @ points / rows.shape[-1]
