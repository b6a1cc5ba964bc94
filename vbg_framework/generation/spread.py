"""Diversity within a class: detects a generator that ignores its noise (mode collapse)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from PIL import Image

from vbg_framework.contracts.train_view import TrainView

SIDE = 16  # px of a thumbnail
MOST = 30  # real pictures per class
COLLAPSED = 0.25
"""Below this share of the differences between real pictures of a class, a generator has collapsed."""

Spread = Mapping[str, tuple[float, int]]
"""Class -> sum of the differences of pairs, number of pairs."""


def tiny(image: Image.Image) -> np.ndarray:
    """(16, 16, 3) in 0..255."""
    return np.asarray(image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX), np.float32)


def thumbnail(image: Image.Image) -> np.ndarray:
    """(768,) in -1..1: 16 x 16 px without the mean of each channel, because light alone is no diversity."""
    small = tiny(image) / 255
    return (small - small.mean((0, 1))).ravel()


def spread(pictures: Iterable[tuple[str, np.ndarray]]) -> Spread:
    """Mean absolute differences of every two thumbnails of a class.

    Args:
        pictures: class and thumbnail of each.
    """
    by_class: dict[str, list[np.ndarray]] = {}
    for name, small in pictures:
        by_class.setdefault(name, []).append(small)
    pairs = {name: list(combinations(some, 2)) for name, some in by_class.items()}
    return {
        name: (float(sum(np.abs(one - other).mean() for one, other in some)), len(some))
        for name, some in pairs.items()
        if some
    }


def added(spreads: Sequence[Spread]) -> dict[str, tuple[float, int]]:
    """Several together, as if no pair went across them."""
    total: dict[str, tuple[float, int]] = {}
    for each in spreads:
        for name, (size, pairs) in each.items():
            before = total.get(name, (0.0, 0))
            total[name] = (before[0] + size, before[1] + pairs)
    return total


def real_spread(view: TrainView) -> Spread:
    """That of training pictures, at most thirty of a class."""
    return spread(_pictures(view))


def _pictures(view: TrainView) -> Iterable[tuple[str, np.ndarray]]:
    for name in view.task.classes:
        images = (view[row].inputs.get("image") for row in view.matching({view.task.name: name})[:MOST])
        yield from ((name, thumbnail(image)) for image in images if image is not None)


def diversity(made: Spread, real: Spread) -> dict[str, Any] | None:
    """Differences within a class of generated and of real pictures; None if no class has two of both.

    Returns:
        generated, real: mean over the classes; ratio: the first by the second; classes: how many.
    """
    both = [name for name in made if name in real and real[name][0] > 0]
    if not both:
        return None
    mine, theirs = (float(np.mean([each[name][0] / each[name][1] for name in both])) for each in (made, real))
    return {
        "generated": round(mine, 4),
        "real": round(theirs, 4),
        "ratio": round(mine / theirs, 4),
        "classes": len(both),
    }
