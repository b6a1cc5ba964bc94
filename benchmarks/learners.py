"""Cheap learners on simulated objects, for studies whose truth is known: used by coverage.py."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

TILTS = (0.4, 0.7, 1.0, 1.3, 1.6)
CHUNK = 200


class Learners:
    """Nearest-centroid learners on a mixture of normal distributions with the given objects per class, in 8 dimensions.

    - `plain`: nearest centroid.
    - `tilt 1.0`: takes the frequency of the classes into account (other numbers: too little, too much of it).
    - `shrunk`: centroids half-way to the mean of all.
    - `seed 0`, `seed 1`, ...: nearest centroid with an error that differs from run to run: equally good.
    """

    def __init__(self, counts: tuple[int, ...], seed: int = 1) -> None:
        self.counts, self.tested = np.array(counts), np.array(counts) // 10
        self.classes = len(counts)
        self.means = np.random.default_rng(seed).normal(0, 0.55, (self.classes, 8))
        self.truth = np.repeat(np.arange(self.classes), self.tested)  # (T,)

    def run(self, studies: int, splits: int, draws: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Draw a data set per study and divide it: learner -> (S, R, T) classes, and (S, R, T) objects."""
        data = [m + draws.standard_normal((studies, n, 8)) for m, n in zip(self.means, self.counts, strict=True)]
        centroids, tests, objects = [], [], []
        for number, points in enumerate(data):
            size, test = self.counts[number], self.tested[number]
            order = draws.random((studies, splits, size)).argsort(-1)
            training = np.ones((studies, splits, size))
            np.put_along_axis(training, order[..., : 2 * test], 0, -1)
            centroids.append(training @ points / (size - 2 * test))
            tests.append(points[np.arange(studies)[:, None, None], order[..., :test]])
            objects.append(order[..., :test] + 1000 * number)
        return self.answers(np.stack(centroids, 2), np.concatenate(tests, 2), draws), np.concatenate(objects, 2)

    def answers(self, centroids: np.ndarray, tests: np.ndarray, draws: np.random.Generator) -> dict[str, np.ndarray]:
        share = self.counts / self.counts.sum()
        middle = np.einsum("c,srcd->srd", share, centroids)[:, :, None]
        answers = {"plain": nearest(centroids, tests), "shrunk": nearest((centroids + middle) / 2, tests)}
        answers |= {f"tilt {tilt}": nearest(centroids, tests, tilt * np.log(share)) for tilt in TILTS}
        for number in range(6):
            error = draws.standard_normal(centroids.shape) / np.sqrt(self.counts)[:, None] / 2
            answers[f"seed {number}"] = nearest(centroids + error, tests)
        return answers

    def recalls(self, studies: int, seed: int) -> dict[str, np.ndarray]:
        """Learner -> (C,) recall, over very many data sets."""
        found = [
            {k: (a[:, 0] == self.truth).mean(0) for k, a in answers.items()}
            for answers, _ in self.chunks(studies, 1, seed)
        ]
        hits = {name: np.mean([each[name] for each in found], axis=0) for name in found[0]}  # (T,)
        return {name: np.bincount(self.truth, hit) / self.tested for name, hit in hits.items()}

    def chunks(self, studies: int, splits: int, seed: int) -> Iterator[tuple[dict[str, np.ndarray], np.ndarray]]:
        draws = np.random.default_rng(seed)
        for _ in range(studies // CHUNK):
            yield self.run(CHUNK, splits, draws)

    def scores(self, studies: int, splits: int, seed: int) -> dict[str, np.ndarray]:
        """Learner -> (S, R) macro-F1."""
        found = [
            {k: macro_f1(a, self.truth) for k, a in answers.items()}
            for answers, _ in self.chunks(studies, splits, seed)
        ]
        return {name: np.concatenate([each[name] for each in found]) for name in found[0]}


def macro_f1(answers: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """(...,) of (..., T) classes and (T,) true ones."""
    values = []
    for number in range(truth.max() + 1):
        named, meant = answers == number, truth == number
        values.append(2 * (named & meant).sum(-1) / (named.sum(-1) + meant.sum()))
    return np.mean(values, axis=0)


def nearest(centroids: np.ndarray, points: np.ndarray, bonus: np.ndarray | float = 0.0) -> np.ndarray:
    """(S, R, T) class of (S, R, T, D) points among (S, R, C, D) centroids."""
    return (points @ centroids.swapaxes(-1, -2) - (centroids**2).sum(-1)[:, :, None] / 2 + bonus).argmax(-1)


class FixedSplit:
    """Nearest centroid with and without shrinking on one training; runs differ by an error in the centroids."""

    def __init__(self, counts: tuple[int, ...], noise: float, seed: int = 1) -> None:
        self.noise = noise
        draws = np.random.default_rng(seed)
        self.counts, self.means = np.array(counts), draws.normal(0, 0.55, (len(counts), 8))
        self.trained = self.means + draws.normal(0, 0.1, self.means.shape)

    def run(self, replicates: int, draws: np.random.Generator, times: int = 1) -> tuple[np.ndarray, list[np.ndarray]]:
        """Draw a test split, `times` as large: (T,) truth, and (R, T) classes, shrunk and plain."""
        truth = np.repeat(np.arange(len(self.counts)), self.counts * times)
        points = (self.means[truth] + draws.standard_normal((len(truth), 8)))[None, None]
        middle = self.trained.mean(0)
        answers = []
        for centroids in ((self.trained + middle) / 2, self.trained):
            error = draws.normal(0, self.noise, (1, replicates, *centroids.shape))
            answers.append(nearest(centroids + error, points)[0])
        return truth, answers

    def difference(self, draws: np.random.Generator) -> float:
        """Shrunk minus plain in macro-F1, over very many objects and runs."""
        truth, (shrunk, plain) = self.run(400, draws, times=200)
        return float(np.mean(macro_f1(shrunk, truth) - macro_f1(plain, truth)))
