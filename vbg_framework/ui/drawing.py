"""The picture of a map: a dot per record in the colour of its group, those that are asked for before the others."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from vbg_framework.ui.plane import SIDE, Area, Plane

COLOURS = ((0, 114, 178), (230, 125, 0), (0, 158, 115), (204, 90, 160), (86, 180, 233), (213, 60, 30), (170, 150, 20),
           (120, 90, 200))  # fmt: skip
"""Of the largest groups (after Okabe and Ito 2008); `.hue-1` and so on of the style sheet are the same."""
REST, FAINT, EDGE = (130, 130, 130), (150, 150, 150, 70), (200, 30, 30)
"""Of smaller groups, of records that are not asked for, of the area."""


def drawn(plane: Plane, groups: np.ndarray, areas: Sequence[Area] = ()) -> bytes:
    """A PNG of 1000 x 1000 px without a background, to stand on any.

    Args:
        plane: where n records lie.
        groups: (n,) a number into `COLOURS`, from there on a smaller group, -1 = not asked for.
        areas: whose edges are drawn.
    """
    on = ~np.isnan(plane.places[:, 0])
    places, groups = np.rint(plane.places[on]).astype(int), groups[on]
    numbers = np.zeros((SIDE, SIDE), np.uint8)
    order = np.argsort(-_sizes(groups), kind="stable")  # small groups lie on large ones
    for dx, dy in _disc(len(places)):
        x, y = np.clip(places[order] + (dx, dy), 0, SIDE - 1).T
        numbers[y, x] = np.minimum(groups[order], len(COLOURS)) + 2
    image = Image.fromarray(_palette()[numbers], "RGBA")
    for area in areas:
        ImageDraw.Draw(image).polygon([(int(x), int(y)) for x, y in area], outline=EDGE, width=3)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _sizes(groups: np.ndarray) -> np.ndarray:
    """(n,) how many records are of the same group; those that are not asked for count as the most."""
    _, inverse, counts = np.unique(groups, return_inverse=True, return_counts=True)
    return np.where(groups < 0, len(groups) + 1, counts[inverse])


def _disc(count: int) -> list[tuple[int, int]]:
    """The pixels of a dot around its middle; dots of many records are small."""
    radius = 5 if count <= 1000 else 3 if count <= 10_000 else 1
    steps = range(-radius, radius + 1)
    return [(dx, dy) for dy in steps for dx in steps if dx * dx + dy * dy <= radius * (radius + 0.5)]


def _palette() -> np.ndarray:
    """Colour of each number: nothing, not asked for, the largest groups, the others."""
    return np.array([(0, 0, 0, 0), FAINT, *((*each, 255) for each in (*COLOURS, REST))], np.uint8)
