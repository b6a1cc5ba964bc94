"""Strangers: pictures made of two real ones of different classes, which show neither.

Between two classes lies what is of no class, but a classifier of real records calls it the nearer one. Thresholds are
set so that few strangers pass. They are not learnt: pictures made of two records of one class would be taken for such.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from vbg_framework.contracts.estimator import Fold

EACH, MOST = 10, 1000  # of every record, and in all
LEAST, TILT = 0.35, 0.15
"""Smallest share of either picture, and how far from the middle, in sides, they meet at most."""


def pairs(codes: np.ndarray, folds: Sequence[Fold], seed: int, most: int = MOST) -> list[np.ndarray]:
    """Per fold (m, 2) rows of two records of different classes, both held out in it.

    Args:
        codes: (n,) classes, -1 = without a label.
        folds: of these n.
        seed: seed of the draw.
        most: pairs in all folds together; of few records ten each.
    """
    generator = np.random.default_rng(seed)
    return [_pairs(codes, held[codes[held] >= 0], generator, most // len(folds)) for _, held in folds]


def _pairs(codes: np.ndarray, rows: np.ndarray, generator: np.random.Generator, most: int) -> np.ndarray:
    firsts = generator.permutation(np.repeat(rows, EACH))[: most if len(np.unique(codes[rows])) > 1 else 0]
    return np.array([(row, generator.choice(rows[codes[rows] != codes[row]])) for row in firsts], int).reshape(-1, 2)


def stranger(first: Image.Image, second: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Two RGB pictures over each other, or side by side along a straight line in any direction; size of the first."""
    other = second.resize(first.size, Image.Resampling.BILINEAR)
    if generator.random() < 0.5:
        return Image.blend(first, other, generator.uniform(LEAST, 1 - LEAST))
    return Image.composite(first, other, Image.fromarray(_beyond(first.size, generator)))


def _beyond(size: tuple[int, int], generator: np.random.Generator) -> np.ndarray:
    """(height, width) bytes, 255 on one side of a straight line near the middle and 0 on the other."""
    angle, shift = generator.uniform(0, 2 * np.pi), generator.uniform(-TILT, TILT)
    down, right = np.linspace(-0.5, 0.5, size[1])[:, None], np.linspace(-0.5, 0.5, size[0])[None]
    return np.where(np.sin(angle) * down + np.cos(angle) * right > shift, 255, 0).astype(np.uint8)
