"""Copies that moved: fine detail correlated, at many shifts, with the real pictures that a picture looks most like."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from vbg_framework.contracts.train_view import TrainView
from vbg_framework.data.pictures.image import decode

MOVED = 0.92
"""Likeness from which a picture is a copy: drawn pictures have .94 and more if they moved, others at most .89;
photographs leave a smaller gap (docs/augmentation.md)."""
SIDE, SHIFT = 64, 6  # px
FINE, COARSE = 0.7, 1.4  # px; what is between the two is compared
FLAT = 0.25  # of 255; standard deviation of the detail below which there is nothing to compare
LOOKED_AT = 64  # real pictures, those with the nearest perceptual hashes
REMEMBERED = 4096  # pictures, 11 KB each


class Originals:
    """The real pictures that may have been copied, read when they are needed.

    Args:
        view: the training records.
        rows: positions of those with a picture that is not blank.
        hashes: (len(rows), 32) uint8, their perceptual hashes.
    """

    def __init__(self, view: TrainView, rows: Sequence[int], hashes: np.ndarray) -> None:
        self.rows, self.hashes = rows, hashes
        self._centre = lru_cache(REMEMBERED)(lambda row: centre(detail(decode(view[row].inputs["image"]))))

    def likeness(self, image: Image.Image, code: np.ndarray) -> float:
        """Largest likeness to a real picture of those with the hashes nearest to `code`; 0 if there are none."""
        if not len(self.rows):
            return 0.0
        order = np.bitwise_count(self.hashes ^ code).sum(1).argsort(kind="stable")[:LOOKED_AT]
        return float(likeness(detail(image), np.array([self._centre(self.rows[place]) for place in order])).max())


def detail(image: Image.Image) -> np.ndarray:
    """(64, 64) float32: a picture's grey values at 64 px, as a difference of Gaussians."""
    grey = np.asarray(image.convert("L").resize((SIDE, SIDE)), np.float32)
    result: np.ndarray = gaussian_filter(grey, FINE, mode="nearest") - gaussian_filter(grey, COARSE, mode="nearest")
    return result


def centre(values: np.ndarray) -> np.ndarray:
    """(2704,) float32: the inner 52 x 52 px of a picture's detail, of mean 0 and length 1."""
    return _normal(values[SHIFT:-SHIFT, SHIFT:-SHIFT].reshape(1, -1))[0]


def likeness(one: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """(n,) largest normalised cross-correlation over shifts of up to 6 px each way, 1 = the same (Lewis 1995).

    A peak between two pixels is that of the parabola through the three nearest values in each direction.

    Args:
        one: (64, 64), a picture's detail.
        centres: (n, 2704), the inner parts of others' details.
    """
    side = SIDE - 2 * SHIFT
    windows = np.lib.stride_tricks.sliding_window_view(one, (side, side)).reshape(-1, side * side)
    found = (centres @ _normal(windows).T).reshape(-1, 2 * SHIFT + 1, 2 * SHIFT + 1)
    return np.array([_peak(surface) for surface in found])


def _normal(rows: np.ndarray) -> np.ndarray:
    """Rows of mean 0 and length 1; those that are nearly flat become 0."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    result: np.ndarray = np.where(length < FLAT * rows.shape[1] ** 0.5, 0, rows / np.maximum(length, 1e-6))
    return result


def _peak(surface: np.ndarray) -> float:
    """The highest value of a (13, 13) surface, also between its points."""
    down, right = np.unravel_index(surface.argmax(), surface.shape)
    top = float(surface[down, right])
    rise = sum(_rise(line, place) for line, place in ((surface[:, right], down), (surface[down], right)))
    return min(1.0, top + rise)


def _rise(line: np.ndarray, place: np.intp) -> float:
    """By how much a parabola through the highest of some values and its neighbours is higher."""
    if not 0 < place < len(line) - 1:
        return 0.0
    before, top, after = (float(value) for value in line[place - 1 : place + 2])
    bend = 2 * top - before - after
    return (before - after) ** 2 / (8 * bend) if bend > 0 else 0.0
