"""Regions of a picture that an answer rests on, by occlusion (Zeiler & Fergus 2014). Any model can be asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

GRID = 8
"""Cells along each side of the map."""
WINDOW = 2  # cells along each side of what is covered


def corners(grid: int = GRID) -> list[tuple[int, int]]:
    """Upper left cells (row, column) of the windows, row by row."""
    steps = range(grid - WINDOW + 1)
    return [(row, column) for row in steps for column in steps]


def covered(image: Image.Image, grid: int = GRID) -> list[Image.Image]:
    """Copies of a picture with one window each covered by its mean colour, in the order of `corners`."""
    windows = np.zeros((len(corners(grid)), grid, grid), bool)
    for window, (row, column) in zip(windows, corners(grid), strict=True):
        window[row : row + WINDOW, column : column + WINDOW] = True
    return hidden(image, windows)


def hidden(image: Image.Image, masks: np.ndarray) -> list[Image.Image]:
    """Copies of a picture with some cells each covered by its mean colour.

    Args:
        image: RGB.
        masks: (n, rows, columns) bool, True = covered.
    """
    colour = tuple(round(value) for value in np.asarray(image, float).mean((0, 1)))
    rows = np.rint(np.arange(masks.shape[1] + 1) * image.height / masks.shape[1]).astype(int)
    columns = np.rint(np.arange(masks.shape[2] + 1) * image.width / masks.shape[2]).astype(int)
    made = []
    for mask in masks:
        whole = np.repeat(np.repeat(mask, np.diff(rows), 0), np.diff(columns), 1)
        copy = image.copy()
        copy.paste(colour, mask=Image.fromarray(whole))
        made.append(copy)
    return made


def heat(drops: Sequence[float], grid: int = GRID) -> np.ndarray:
    """(grid, grid) mean fall of the probability over the windows that cover a cell; negative = it speaks against.

    Args:
        drops: what covering each window took from the probability, in the order of `corners`.
    """
    total, count = np.zeros((grid, grid)), np.zeros((grid, grid))
    for (row, column), drop in zip(corners(grid), drops, strict=True):
        total[row : row + WINDOW, column : column + WINDOW] += drop
        count[row : row + WINDOW, column : column + WINDOW] += 1
    return total / count
