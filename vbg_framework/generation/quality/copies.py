"""Whether generated pictures are training pictures over again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.neighbors import NearestNeighbors

from vbg_framework.data.pictures.hashes import BITS
from vbg_framework.data.splits.clusters import NEAR
from vbg_framework.generation.quality.look import Seen
from vbg_framework.generation.quality.matching import weights

CLOSEST = 12  # pairs to look at
BLOCK = 64  # hashes compared with all others at a time
QUANTILE = 0.05


@dataclass(frozen=True)
class Nearest:
    """The nearest of `known` for n pictures.

    Args:
        row: (n,) its position: by perceptual hash if that tells a near copy, else in feature space.
        distance: (n,) Euclidean distance to the nearest in feature space.
        bits: (n,) bits of 256 in which the nearest perceptual hash differs; 256 for a blank picture.
    """

    row: np.ndarray
    distance: np.ndarray
    bits: np.ndarray

    @property
    def copied(self) -> np.ndarray:
        """(n,) bool: near copies, to the eye of the perceptual hash."""
        return self.bits <= NEAR

    @property
    def order(self) -> np.ndarray:
        """(n,) positions, the closest first: near copies by bits, then the others by distance."""
        return np.lexsort([self.distance, np.where(self.copied, self.bits, NEAR + 1)])


def nearest(seen: Seen, known: Seen) -> Nearest:
    """For each of n pictures the most similar of `known`, of which there must be one."""
    distance, row = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(known.features).kneighbors(seen.features)
    differing = (bits(seen.hashes[start : start + BLOCK], known.hashes) for start in range(0, len(seen), BLOCK))
    fewest, twin = map(np.concatenate, zip(*((part.min(1), part.argmin(1)) for part in differing), strict=True))
    return Nearest(np.where(fewest <= NEAR, twin, row[:, 0]), distance[:, 0], fewest)


def bits(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """(n, 32) and (m, 32) uint8 hashes -> (n, m) differing bits; 256 where one is blank."""
    words = [np.ascontiguousarray(side).view(np.uint64) for side in (left, right)]  # (n, 4)
    result = np.zeros((len(left), len(right)), np.int16)
    for word in range(words[0].shape[1]):
        result += np.bitwise_count(words[0][:, word, None] ^ words[1][None, :, word])
    blank = np.logical_or.outer(~left.any(1), ~right.any(1))
    return np.where(blank, BITS, result)


def memorisation(made: Seen, result: Nearest, known: Seen, unseen: Seen, notes: list[str]) -> dict[str, Any]:
    """Compare how near generated pictures come to training pictures with how near unseen real ones come.

    Unseen real pictures count so that they have the generated ones' mix of classes.

    Args:
        made: the generated pictures.
        result: their nearest training pictures.
        known: the training pictures.
        unseen: real pictures that were not trained on.
        notes: gets what could not be measured.
    """
    ids = [known.ids[row] for row in known.rows]
    closest = [
        {
            "id": made.ids[made.rows[i]],
            "nearest": ids[result.row[i]],
            "class": made.classes[i],
            "distance": float(result.distance[i]),
            "bits": int(result.bits[i]),
        }
        for i in result.order[:CLOSEST].tolist()
    ]
    return {
        "near_copies": _copies(result),
        "distance": float(np.median(result.distance)),
        **_compared(made, result, known, unseen, notes),
        "closest": closest,
    }


def _copies(result: Nearest) -> dict[str, Any]:
    return {"count": int(result.copied.sum()), "n": len(result.row), "share": float(result.copied.mean())}


def _compared(made: Seen, result: Nearest, known: Seen, unseen: Seen, notes: list[str]) -> dict[str, Any]:
    """The reference, and the ratio to it over the classes of which there are unseen real pictures."""
    weight = weights(made.classes, unseen.classes)
    if not weight.any():
        notes.append("Memorisation: there are no unseen real images of the generated classes to compare with.")
        return {"reference": None, "ratio": None, "closer": None, "reference_copies": None, "compared": 0}
    usual = nearest(unseen, known)
    inside = np.isin(made.classes, sorted(set(unseen.classes)))
    middle, low = (_quantile(usual.distance, q, weight) for q in (0.5, QUANTILE))
    return {
        "reference": middle,
        "ratio": float(np.median(result.distance[inside]) / middle) if middle else None,
        "closer": float((result.distance[inside] < low).mean()),
        "reference_copies": float(np.average(usual.copied, weights=weight)),
        "compared": int(inside.sum()),
    }


def _quantile(values: np.ndarray, share: float, weight: np.ndarray) -> float:
    return float(np.quantile(values, share, weights=weight, method="inverted_cdf"))
