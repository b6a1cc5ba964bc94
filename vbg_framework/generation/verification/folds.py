"""Cross-fitting: the folds of real records, whole objects at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.base.seeds import derive
from vbg_framework.contracts.estimator import Fold
from vbg_framework.learning.features.cross_folds import object_folds

FOLDS = 3
MOST = 10_000
"""Real records that are looked at; of more, so many are drawn, scarce classes first."""


def divide(codes: np.ndarray, clusters: Sequence[str], seed: int) -> list[Fold]:
    """Three folds, by class and whole clusters; every record is held out once.

    Args:
        codes: (n,) classes, -1 = without a label.
        clusters: n names of what must not be divided.
        seed: seed of the draw.

    Raises:
        VBGError: there are fewer than two clusters.
    """
    count = min(FOLDS, len(set(clusters)))
    if count < 2:
        fix = "Use `loop: {verify: null}`, or more real records."
        raise VBGError("loop.verify", f"a judge of real records needs two objects, got {count}", fix)
    return object_folds(codes, clusters, count, seed)


def sample(codes: np.ndarray, seed: int, most: int = MOST) -> np.ndarray:
    """Positions of at most `most` records, in order: of each class as many as of any other, as far as there are."""
    generator = np.random.default_rng(derive(seed, "sample"))
    order = generator.permutation(len(codes))
    rank = np.zeros(len(codes), int)
    for code in np.unique(codes):
        mine = order[codes[order] == code]
        rank[mine] = np.arange(len(mine))
    return np.sort(order[np.argsort(rank[order], kind="stable")[:most]])
