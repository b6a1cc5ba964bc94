"""Nested parts of what was generated: a smaller amount is contained in every larger one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np


def first_part(classes: Sequence[Hashable], amount: float, seed: int) -> list[int]:
    """Positions of the first part of a seeded order in which every class is spread evenly.

    So each class gives the same share of its own, give or take a record, and parts of one seed are nested.

    Args:
        classes: of each of n records.
        amount: share of the n records, 0..1.
        seed: seed of the order.

    Returns:
        round(amount * n) positions, rising.
    """
    counts, seen = Counter(classes), Counter[Hashable]()
    order: list[tuple[float, int, int]] = []
    for place in np.random.default_rng(seed).permutation(len(classes)).tolist():
        own = classes[place]
        order.append(((seen[own] + 0.5) / counts[own], len(order), place))
        seen[own] += 1
    return sorted(place for _, _, place in sorted(order)[: round(amount * len(classes))])
