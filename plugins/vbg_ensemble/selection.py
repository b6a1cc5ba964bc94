"""How much every member counts (Caruana et al. 2004, Ensemble Selection from Libraries of Models). m members."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

TINY = 1e-6
SHIFTS = np.arange(0, 0.61, 0.1)
ENOUGH = 200  # records from which a shift is sought
Weigh = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def loss(right: np.ndarray) -> float:
    """Mean log loss of probabilities of the truth."""
    return float(-np.log(np.maximum(right, TINY)).mean())


def greedy(right: np.ndarray, bags: int, rounds: int, generator: np.random.Generator) -> np.ndarray:
    """(m,) weights that sum to 1.

    Args:
        right: (m, n) probabilities of the truth, out of fold.
        bags, rounds: see `EnsembleConfig`.
    """
    counts, size = np.zeros(len(right)), max(1, -(-len(right) // 2))
    for _ in range(bags):
        offered = np.sort(generator.choice(len(right), size, replace=False))
        total = np.zeros(right.shape[1])
        for turn in range(1, rounds + 1):
            losses = -np.log(np.maximum((total + right[offered]) / turn, TINY)).mean(1)
            best = offered[int(losses.argmin())]
            counts[best] += 1
            total += right[best]
    return counts / counts.sum()


def weigh(right: np.ndarray, held: Sequence[np.ndarray], bags: int, rounds: int, seed: int) -> tuple[Any, list[Any]]:
    """Weights of all, and for every fold those found without it.

    Three ways are compared on folds they have not seen: greedy selection, the one best member, and the mean of all.
    With few records selection follows chance, and one of the others is taken.

    Args:
        right: (m, n) probabilities of the truth, out of fold.
        held: places of each fold.
    """
    ways: list[Weigh] = [
        lambda given, generator: greedy(given, bags, rounds, generator),
        lambda given, generator: np.eye(len(given))[int(np.argmin([loss(each) for each in given]))],
        lambda given, generator: np.full(len(given), 1 / len(given)),
    ]
    everything = np.arange(right.shape[1])
    tried = []
    for way in ways:
        folds = [way(right[:, np.setdiff1d(everything, places)], np.random.default_rng(seed)) for places in held]
        said = np.concatenate([weights @ right[:, places] for weights, places in zip(folds, held, strict=True)])
        tried.append((loss(said), way, folds))
    _, way, folds = min(tried, key=lambda each: each[0])
    return way(right, np.random.default_rng(seed)), folds


def best_shift(said: np.ndarray, target: np.ndarray) -> float:
    """The power of class shares that probabilities are divided by, with the best macro-F1; 0 with few records."""
    if len(target) < ENOUGH:
        return 0.0
    scores = [f1_score(target, shifted(said, target, power).argmax(1), average="macro") for power in SHIFTS]
    return float(SHIFTS[int(np.argmax(scores))])


def shifted(said: np.ndarray, target: np.ndarray, power: float) -> np.ndarray:
    """(n, C) probabilities, divided by powers of the shares of the classes in `target`."""
    return divided(said, factors(target, said.shape[1], power))


def factors(target: np.ndarray, count: int, power: float) -> np.ndarray:
    """(C,) what probabilities are multiplied by."""
    return np.maximum(np.bincount(target, minlength=count), 1.0) ** -power


def divided(said: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Probabilities times factors, rows summing to 1."""
    moved = said * factor
    return moved / moved.sum(1, keepdims=True)
