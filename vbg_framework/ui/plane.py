"""The map of a collection: what the encoders of a run make of each record, in two dimensions. n records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.runs.evidence.embedding import Embedding
from vbg_framework.runs.evidence.projection import flat

SIDE = 1000
"""Units along each side, from the left and from the top."""
MARGIN = 20  # units without records at each edge
NEAR = 40  # units: half of the side of the square around a record
CORNERS = 64
"""Most corners of an area."""
Area = np.ndarray
"""(corners, 2) of an area, in units."""


class Plane:
    """Where records lie.

    Args:
        places: (n, 2) units from the left and from the top; NaN = a record of which nothing is known.
    """

    def __init__(self, places: np.ndarray) -> None:
        self.places = places

    @classmethod
    def of(cls, embedding: Embedding, places: Mapping[str, int], count: int) -> Plane:
        """The two principal components in which most records differ, whatever their order.

        Args:
            embedding: of records, whose modalities weigh alike.
            places: id -> number of its record; of several views of one record the first counts.
            count: records in all.
        """
        known = np.logical_or.reduce([*embedding.present.values()])
        result = np.full((count, 2), np.nan)
        found = MARGIN + (SIDE - 2 * MARGIN) * flat(embedding.joint()[known]).places
        ids = np.array(embedding.ids, object)[known]
        for identity, place in zip(ids[::-1], found[::-1], strict=True):
            if identity in places:
                result[places[identity]] = place
        return cls(result)

    def within(self, area: Area) -> np.ndarray:
        """(n,) whether a record lies in an area: a line from it to the right crosses the edge oddly often."""
        x, y = self.places.T
        inside = np.zeros(len(x), bool)
        for (x1, y1), (x2, y2) in zip(area, np.roll(area, -1, 0), strict=True):
            if y1 != y2:
                crossed = ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
                inside ^= crossed
        return inside

    def around(self, place: int) -> str:
        """The square around a record, as `read_area` reads it; "" = it is not on the map."""
        if np.isnan(self.places[place]).any():
            return ""
        x, y = np.rint(self.places[place]).astype(int).tolist()
        return written([(x - NEAR, y - NEAR), (x + NEAR, y + NEAR)])


def read_area(text: str) -> Area:
    """An area from `x,y x,y ...`: two corners are those of a rectangle, more are joined in their order.

    Raises:
        VBGError: it is none.
    """
    try:
        corners = np.array([[int(number) for number in pair.split(",")] for pair in text.split()])
        fits = corners.shape[1:] == (2,) and 2 <= len(corners) <= CORNERS and bool((abs(corners) <= 2 * SIDE).all())
    except (ValueError, OverflowError):
        fits = False
    if not fits:
        what = f"must be 2 to {CORNERS} corners in units from the left and the top, got '{text[:60]}'"
        raise VBGError("area", what, "Example: 0,0 500,500 is the upper left quarter.")
    if len(corners) == 2:
        (left, top), (right, bottom) = corners
        return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    return corners


def written(corners: Sequence[tuple[int, int]]) -> str:
    """An area as `read_area` reads it."""
    return " ".join(f"{x},{y}" for x, y in corners)
