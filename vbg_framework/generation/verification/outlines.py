"""Outlines and colours of small pictures as numbers, without anything to learn."""

from __future__ import annotations

import math

import numpy as np

CELL, BINS = 8, 9  # px; directions of an edge, without sign
PLAIN = 0.05  # strength of edges below which a block counts as plain
MOST = 0.2  # largest share of one direction in a block
GRID = 4  # places across at which colours are taken
LEVELS, RIM = 6, 8  # of each of red, green and blue; px at the edge whose colours are not counted


def describe(pixels: np.ndarray) -> np.ndarray:
    """Directions of edges in cells of 8 px, as a share of their neighbourhood and by strength, and colours.

    The shares are histograms of oriented gradients (Dalal and Triggs 2005): 9 directions, blocks of 2 x 2 cells, each
    cut off at .2. They say of an outline where it runs, however strong it is, so few pictures are enough to learn from.
    Colours are means at 4 x 4 places, and roots of the shares of 216 colours within a rim of 8 px (Hellinger).

    Args:
        pixels: (n, 3, S, S) bytes; S is a multiple of 8.

    Returns:
        (n, D) float32; 2,604 numbers of a picture of 64 px.
    """
    cells = _histograms(np.sqrt(pixels.mean(1, dtype=np.float32) / 255))
    parts = [_blocks(cells), np.sqrt(cells) / 3, 2 * _colours(pixels), 4 * np.sqrt(_shares(pixels))]
    return np.concatenate([part.reshape(len(pixels), math.prod(part.shape[1:])) for part in parts], axis=1)


def _histograms(grey: np.ndarray) -> np.ndarray:
    """(n, S, S) -> (n, S / 8, S / 8, 9): how strong edges of each direction are; between two directions, both."""
    down, right = np.zeros_like(grey), np.zeros_like(grey)
    down[:, 1:-1], right[:, :, 1:-1] = grey[:, 2:] - grey[:, :-2], grey[:, :, 2:] - grey[:, :, :-2]
    strength, direction = np.hypot(down, right), np.arctan2(down, right) % np.pi / np.pi * BINS
    lower = np.floor(direction)
    share, lower = direction - lower, lower.astype(int) % BINS
    each = [np.where(lower == k, 1 - share, np.where(lower == (k - 1) % BINS, share, 0)) for k in range(BINS)]
    return np.stack([_summed(strength * part, CELL) for part in each], axis=-1)


def _blocks(cells: np.ndarray) -> np.ndarray:
    """(n, G, G, B) -> (n, G - 1, G - 1, 4 B): four cells side by side, relative to their strength together."""
    result = np.concatenate([cells[:, :-1, :-1], cells[:, 1:, :-1], cells[:, :-1, 1:], cells[:, 1:, 1:]], axis=-1)
    for _ in range(2):
        result = np.minimum(result / (np.linalg.norm(result, axis=-1, keepdims=True) + PLAIN), MOST)
    return result / (np.linalg.norm(result, axis=-1, keepdims=True) + PLAIN)


def _colours(pixels: np.ndarray) -> np.ndarray:
    """(n, 3, S, S) bytes -> (n, 3, 4, 4) mean colours, 0..1."""
    side = pixels.shape[-1] // GRID
    return np.stack([_summed(pixels[:, k] / np.float32(255), side) for k in range(3)], axis=1) / side**2


def _shares(pixels: np.ndarray) -> np.ndarray:
    """(n, 3, S, S) bytes -> (n, 216) shares of colours, six levels each of red, green and blue."""
    inner = pixels[:, :, RIM:-RIM, RIM:-RIM].astype(int) * LEVELS // 256
    codes = ((inner[:, 0] * LEVELS + inner[:, 1]) * LEVELS + inner[:, 2]).reshape(
        len(pixels), math.prod(inner.shape[2:])
    )
    counts = [np.bincount(row, minlength=LEVELS**3) for row in codes]
    return np.array(counts, np.float32).reshape(-1, LEVELS**3) / codes.shape[1]


def _summed(values: np.ndarray, side: int) -> np.ndarray:
    """(n, S, S) -> (n, S / side, S / side) sums."""
    count, size = len(values), values.shape[-1] // side
    return values.reshape(count, size, side, size, side).sum((2, 4))
