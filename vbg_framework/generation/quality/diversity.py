"""Whether generated pictures differ from each other as much as real ones do."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from sklearn.metrics import pairwise_distances

from vbg_framework.base.seeds import derive
from vbg_framework.data.splits.clusters import NEAR
from vbg_framework.generation.quality.copies import bits
from vbg_framework.generation.quality.look import Seen
from vbg_framework.generation.quality.matching import MOST

PER_CLASS = 500  # pictures; of more, so many are drawn at random


def diversity(made: Seen, known: Seen, *, seed: int) -> dict[str, Any]:
    """Mean distance between two pictures of one class, generated and real, and pictures that repeat another one.

    Returns:
        generated, real: mean pairwise distance within a class in feature space, each class weighing as many as there
        are generated pictures of it; ratio: the first by the second; classes: how many have two pictures on both sides
        (none: the three are None); duplicates: share of generated pictures that are near copies of an earlier one,
        among the first 2,000.
    """
    counts = Counter(made.classes)
    spreads = [(counts[name], _spread(made, name, seed), _spread(known, name, seed)) for name in sorted(counts)]
    told = np.array([(n, a, b) for n, a, b in spreads if a is not None and b is not None]).reshape(-1, 3)
    mine, real = np.average(told[:, 1:], axis=0, weights=told[:, 0]).tolist() if len(told) else (None, None)
    differing = bits(made.hashes[:MOST], made.hashes[:MOST])
    repeats = np.tril(differing <= NEAR, k=-1).any(1)
    return {
        "generated": mine,
        "real": real,
        "ratio": mine / real if real else None,
        "classes": len(told),
        "duplicates": float(repeats.mean()),
    }


def _spread(seen: Seen, name: str, seed: int) -> float | None:
    rows = np.flatnonzero(np.array(seen.classes, dtype=object) == name)
    if len(rows) < 2:
        return None
    rows = np.random.default_rng(derive(seed, "spread", name)).permutation(rows)[:PER_CLASS]
    return float(pairwise_distances(seen.features[rows]).sum() / (len(rows) * (len(rows) - 1)))
