"""Samples of any depth as 8-bit levels: which value is black, and which is white."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

USUAL_WHITES = (1, 255, 1023, 4095, 16383, 65535, 2**24 - 1, 2**32 - 1)
"""What scanners and cameras take as the largest value: 1, 8, 10, 12, 14, 16, 24 or 32 bits."""
OVERSHOOT = 0.01
"""Such a share of the samples may lie outside of a range, see `guessed_range`."""
_BATCH = 1 << 22  # samples that are converted at once


class Range(NamedTuple):
    """The values that stand for black and for white; black may be the larger."""

    black: float
    white: float

    def inverted(self) -> Range:
        """The same values where small ones are bright."""
        return Range(self.white, self.black)


def usual_white(highest: float) -> float:
    """The smallest usual white that holds `highest`.

    It is `highest` itself where a picture would otherwise fill less than a sixteenth of its range.
    """
    white = next((white for white in USUAL_WHITES if highest <= white), highest)
    return float(white if highest > white / 16 else highest) or 1.0


def guessed_range(values: np.ndarray) -> Range:
    """The range of samples that do not say how many of their bits are used.

    Integers run from 0 to the smallest of `USUAL_WHITES` that holds them all; if more than 1 % are negative, from the
    corresponding least value. Floating-point samples run from 0 to 1 if at most 1 % are larger, otherwise as integers
    do: sharpening and resizing overshoot.
    """
    lowest, highest = extremes(values)
    if values.dtype.kind == "f":
        return Range(0.0, usual_white(highest) if highest > 1 and np.mean(values > 1) > OVERSHOOT else 1.0)
    if lowest < 0 and np.mean(values < 0) > OVERSHOOT:
        half = (usual_white(max(highest, -1 - lowest) * 2 + 1) + 1) / 2  # -2048..2047 are 12 bits
        return Range(-half, half - 1)
    return Range(0.0, min(usual_white(highest), float(np.iinfo(values.dtype).max)))


def extremes(values: np.ndarray) -> tuple[float, float]:
    """The lowest and the highest finite sample; zeros if there is none."""
    if values.dtype.kind != "f":
        return float(values.min()), float(values.max())
    finite = np.isfinite(values)
    lowest = float(np.min(values, initial=np.inf, where=finite))
    return (lowest, float(np.max(values, initial=-np.inf, where=finite))) if finite.any() else (0.0, 0.0)


def eight_bit(values: np.ndarray, span: Range) -> np.ndarray:
    """Samples of any type and shape -> levels 0..255 of the same shape; what lies outside of the range is clipped.

    What is not a number becomes black.
    """
    flat = values.reshape(-1)
    levels = np.empty(flat.shape, np.uint8)
    scale = 255.0 / (span.white - span.black)
    for start in range(0, len(flat), _BATCH):
        part = np.clip((flat[start : start + _BATCH].astype(np.float64) - span.black) * scale, 0, 255)
        levels[start : start + _BATCH] = np.nan_to_num(part, copy=False) + 0.5
    return levels.reshape(values.shape)
