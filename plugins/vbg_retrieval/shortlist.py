"""Which picture of a pool is put by for which class. P pictures, C classes, D features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

Shortlist = dict[str, list[tuple[int, float]]]  # class -> (place in the pool, likeness), the likest first


def likeness(pool: np.ndarray, members: np.ndarray, neighbours: int) -> np.ndarray:
    """(P,) mean cosine of every picture to those of a class that are nearest to it.

    Args:
        pool: (P, D).
        members: (n, D), one or more training pictures of the class.
        neighbours: how many of them count; of fewer all.
    """
    count = min(neighbours, len(members))
    cosines = _unit(pool) @ _unit(members).T  # (P, n)
    return np.sort(cosines, axis=1)[:, -count:].mean(1)


def share_out(likenesses: Mapping[str, np.ndarray], most: int) -> Shortlist:
    """Put every picture by for the class it is most like, and for no other.

    Args:
        likenesses: class -> (P,).
        most: pictures per class, the likest ones.
    """
    names = list(likenesses)
    likest = np.argmax([likenesses[name] for name in names], axis=0)  # (P,)
    results = {name: np.flatnonzero(likest == code) for code, name in enumerate(names)}
    return {name: _in_order(places, likenesses[name])[:most] for name, places in results.items()}


def _in_order(places: np.ndarray, likeness: np.ndarray) -> list[tuple[int, float]]:
    order = places[np.argsort(-likeness[places], kind="stable")].tolist()
    return [(place, round(float(likeness[place]), 4)) for place in order]


def members_of(targets: Sequence[Mapping[str, object]], task: str, name: str) -> list[int]:
    """Places of the records of a class."""
    return [index for index, labels in enumerate(targets) if labels.get(task) == name]


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
