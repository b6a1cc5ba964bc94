"""Comparing like with like: the same number of records of every class on both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from vbg_framework.base.seeds import derive

MOST = 2000
"""Records compared at most per side: the measures compare every one with every other."""


def matched(left: Sequence[str], right: Sequence[str], *, seed: int, most: int = MOST) -> tuple[np.ndarray, np.ndarray]:
    """Positions in two lists of classes, of equal number, in which every class is equally frequent.

    Augmenters fill scarce classes, so their records are of other classes than the real ones; without this a measure
    would tell the classes apart, not the generated from the real. The larger side of every class is drawn from at
    random, and so are `most` of all pairs.
    """
    generator = np.random.default_rng(derive(seed, "matched"))
    a, b = np.array(left, dtype=object), np.array(right, dtype=object)
    rows: tuple[list[int], list[int]] = ([], [])
    for name in sorted(set(left) & set(right)):
        members = [np.flatnonzero(side == name) for side in (a, b)]
        count = min(map(len, members))
        for side, result in zip(rows, members, strict=True):
            side.extend(generator.permutation(result)[:count].tolist())
    chosen = np.sort(generator.permutation(len(rows[0]))[:most])
    first, second = (np.array(side, int)[chosen] for side in rows)
    return first, second


def weights(wanted: Sequence[str], given: Sequence[str]) -> np.ndarray:
    """(n,) weights that give the n records of `given` the mix of classes of `wanted`.

    They sum to the number of `wanted` records whose class occurs in `given`; a class that is not wanted weighs nothing.
    """
    wishes, supply = Counter(wanted), Counter(given)
    return np.array([wishes[name] / supply[name] for name in given], float)
