"""From pictures to histograms. Nothing here is learnt."""

from __future__ import annotations

import numpy as np
from PIL import Image

TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""Linear sRGB to CIE XYZ (IEC 61966-2-1)."""
WHITE = TO_XYZ.sum(1)
"""XYZ of (1, 1, 1): the white point D65."""
SPAN = 60.0
"""Colours stronger than this on either axis fall into the outermost bins; few glazes and pigments are."""


def lab(pixels: np.ndarray) -> np.ndarray:
    """Convert sRGB bytes (..., 3) to CIELAB (..., 3): lightness 0..100, green to red, blue to yellow.

    Equal distances there look about equally different. Source: CIE 15:2004.
    """
    rgb = pixels / 255.0
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = linear @ TO_XYZ.T / WHITE
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def histograms(image: Image.Image, *, levels: int, lightness: int, hue: int, size: int) -> np.ndarray:
    """The joint colour histograms of all regions of a picture, (regions, lightness * hue * hue) float32.

    Regions are those of a spatial pyramid (Lazebnik et al., CVPR 2006): the whole, its quarters, their quarters, row by
    row. Each histogram sums to 1 before its square root is taken, which makes dot products of two of them their
    Hellinger affinity.
    """
    if max(image.size) > size:
        image = image.copy()
        image.thumbnail((size, size))
    least = 2 ** (levels - 1)  # a region needs a pixel
    if min(image.size) < least:
        image = image.resize((max(image.width, least), max(image.height, least)), Image.Resampling.NEAREST)
    colours = lab(np.asarray(image))  # (height, width, 3)
    bins = _bin(colours[..., 0], 0, 100, lightness)
    for axis in (1, 2):
        bins = bins * hue + _bin(colours[..., axis], -SPAN, SPAN, hue)
    return np.concatenate([_grid(bins, 2**level, lightness * hue * hue) for level in range(levels)])


def _bin(values: np.ndarray, low: float, high: float, count: int) -> np.ndarray:
    return np.clip((values - low) * count / (high - low), 0, count - 1).astype(int)


def _grid(bins: np.ndarray, side: int, count: int) -> np.ndarray:
    """The histograms of side x side regions."""
    rows, columns = (np.arange(length) * side // length for length in bins.shape)
    region = rows[:, None] * side + columns  # (height, width)
    found = np.bincount((region * count + bins).ravel(), minlength=side * side * count).reshape(-1, count)
    return np.sqrt(found / found.sum(1, keepdims=True)).astype(np.float32)
