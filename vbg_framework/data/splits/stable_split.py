"""A split that follows from the objects alone, so that records which come later move none that were there before."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

SEEDS = 100
"""Seeds among which `even_seed` chooses at most."""
LOTS = 1_000_000
"""Lots it draws at most: of many objects every seed divides the classes evenly."""


def stable(groups: Sequence[str], ratios: Sequence[float], seed: int) -> np.ndarray:
    """Draw a part for each of n records by a hash of its group and the seed.

    What else there is does not matter, so nothing that is added or taken away moves a record. Therefore classes are
    divided as chance has it: of n objects of a class the last part gets n r, give or take the root of n r (1 - r).

    Args:
        groups: (n,) object of each record.
        ratios: relative sizes of the parts, training first.
        seed: seed of the draw.

    Returns:
        (n,) part of each record.
    """
    ends = np.cumsum(np.asarray(ratios, float))
    lots = {group: _lot(group, seed) for group in set(groups)}
    result = np.searchsorted(ends / ends[-1], [lots[group] for group in groups], side="right")
    return np.minimum(result, len(ends) - 1)  # a lot of 1 may come out of rounding


def _lot(group: str, seed: int) -> float:
    """A number of 0..1 that only this group has."""
    digest = hashlib.blake2b(f"{seed}/{group}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def across(parts: np.ndarray, clusters: Sequence[str]) -> np.ndarray:
    """(n,) which records cannot stay: another record of their cluster lies in a part that comes later.

    Test comes after validation, and that after training. A cluster shares a picture, so one part has to do without it;
    a record that is tested stays so, whatever joins its cluster.

    Args:
        parts: (n,) part of each record.
        clusters: (n,) objects that belong together.
    """
    last: defaultdict[str, int] = defaultdict(int)
    for cluster, part in zip(clusters, parts.tolist(), strict=True):
        last[cluster] = max(last[cluster], part)
    return parts < [last[cluster] for cluster in clusters]


def even_seed(groups: Sequence[str], labels: Sequence[str], ratios: Sequence[float]) -> int:
    """The first seed under which every class comes closest to its share of every part.

    Args:
        groups: (n,) object of each record.
        labels: (n,) class of each record.
        ratios: see `stable`.
    """
    shares = np.asarray(ratios, float) / np.sum(ratios)
    names, codes = np.unique(np.asarray(labels, dtype=object), return_inverse=True)

    def unevenness(seed: int) -> float:
        counts = np.zeros((len(names), len(shares)))  # (C, P)
        np.add.at(counts, (codes, stable(groups, ratios, seed)), 1)
        wanted = counts.sum(1, keepdims=True) * shares
        lacking = (counts == 0) & (counts.sum(1, keepdims=True) >= len(shares))
        return float((np.square(counts - wanted) / wanted).sum() + 100 * lacking.sum())

    return min(range(min(SEEDS, 1 + LOTS // len(groups))), key=unevenness)
