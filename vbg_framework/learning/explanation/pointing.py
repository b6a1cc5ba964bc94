"""Whether a model looks where people point: its map of a picture beside their regions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

Box = tuple[float, float, float, float]
"""Left, top, width and height in per cent of a picture."""
FINE = 400
"""Points along each side at which regions are looked at."""


class Pointing(NamedTuple):
    """How a map and regions agree. A map that knows nothing of the regions has an expected share of `area`.

    Args:
        hit: the middle of the hottest cell lies in a region (pointing game, Zhang et al. 2016).
        inside: share of what speaks for the class that lies in the regions (energy-based pointing game, Wang et al.
            2020); None = nothing speaks for it.
        area: share of the picture that the regions cover.
    """

    hit: bool
    inside: float | None
    area: float


def pointing(heat: np.ndarray, boxes: Sequence[Box]) -> Pointing:
    """Compare a map with regions; where they overlap they count once.

    Args:
        heat: (rows, columns), positive = it speaks for the class.
        boxes: at least one.
    """
    marked = covered(boxes)
    middles = (np.arange(FINE) + 0.5) / FINE
    rows, columns = (np.floor(middles * size).astype(int) for size in heat.shape)
    speaks = np.clip(heat, 0, None)[np.ix_(rows, columns)]
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    at = tuple(int((place + 0.5) / size * FINE) for place, size in zip((row, column), heat.shape, strict=True))
    total = float(speaks.sum())
    return Pointing(bool(marked[at]), float(speaks[marked].sum()) / total if total else None, float(marked.mean()))


def covered(boxes: Sequence[Box]) -> np.ndarray:
    """(FINE, FINE) whether a point of a picture lies in one of the regions."""
    middles = 100 * (np.arange(FINE) + 0.5) / FINE
    result = np.zeros((FINE, FINE), bool)
    for left, top, width, height in boxes:
        inside = [(start <= middles) & (middles < start + size) for start, size in ((top, height), (left, width))]
        result |= np.logical_and.outer(*inside)
    return result
