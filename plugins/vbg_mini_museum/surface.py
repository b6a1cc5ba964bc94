"""Which point of a piece each pixel sees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from vbg_mini_museum.form import FORMS, SAMPLES, Ring, outline

ELEVATION = 0.1  # how far above the piece the camera stands: a circle of radius r is seen as an ellipse r x ELEVATION r
FLAT_RADIUS = 0.3  # flat pieces are decorated as if rolled off a drum of this radius
FLAT_RISE = 0.025  # their decoration sits as much lower as the bulge of round pieces makes it look lower there


@dataclass
class Surface:
    """The visible points of a piece, one entry per covered pixel (P in all).

    Attributes:
        index: (P,) position in the flattened picture.
        cover: (P,) share of the pixel that is covered, 0-1.
        normal: (3, P) unit vectors: right, down, towards the camera.
        angle: (P,) angle around the axis in radians, 0 facing the camera.
        height: (P,) height on the piece, in shares of the picture, downwards; on the inside -1 (far) to 1 (near).
        wall: (P,) True on the decorated outside, False on handles, lids from above and the inside.
        inside: (P,) True on what is seen through the mouth.
    """

    index: np.ndarray
    cover: np.ndarray
    normal: np.ndarray
    angle: np.ndarray
    height: np.ndarray
    wall: np.ndarray
    inside: np.ndarray


def surface(form: str, x: np.ndarray, y: np.ndarray, pixel: float) -> Surface:
    """The visible points of a form.

    Args:
        x, y: (size * size,) where each pixel looks, x from the axis, y from the top, in shares of the picture.
        pixel: side of a pixel in the same unit.
    """
    shape = FORMS[form]
    solid = {"revolved": _revolved, "disc": _disc, "slab": _slab}[shape.solid]
    layers = [_ring(ring, x, y, pixel) for ring in shape.rings] + [solid(form, x, y, pixel)]
    if shape.top != "closed":
        layers.append(_mouth(form, x, y, pixel))
    return _stack(layers, len(x))


def _stack(layers: list[Surface], pixels: int) -> Surface:
    """Later layers hide earlier ones."""
    joined = {name: np.concatenate([getattr(one, name) for one in layers], axis=-1) for name in vars(layers[0])}
    owner = np.full(pixels, -1)
    owner[joined["index"]] = np.arange(len(joined["index"]))  # of several writers the last one stays
    kept = owner[owner >= 0]
    return Surface(**{name: values[..., kept] for name, values in joined.items()})


def _layer(cover: np.ndarray, normal: list[Any], angle: np.ndarray, height: np.ndarray, part: str) -> Surface:
    """The covered pixels of one part: `wall`, `inside`, or anything else."""
    index = np.flatnonzero(cover > 0)
    across, down, toward = (np.broadcast_to(one, cover.shape)[index] for one in normal)
    length = np.sqrt(across**2 + down**2 + toward**2) + 1e-6
    full = partial(np.full, len(index))
    return Surface(
        index,
        np.minimum(cover[index], 1),
        np.stack([across, down, toward]) / length,
        angle[index],
        height[index],
        full(part == "wall"),
        full(part == "inside"),
    )


def _revolved(form: str, x: np.ndarray, y: np.ndarray, pixel: float) -> Surface:
    """A point at height h and angle a is seen at x = r(h) sin a, y = h + ELEVATION r(h) cos a; h by iteration."""
    radii, slopes = outline(form)
    top, bottom = FORMS[form].outline[0][0], FORMS[form].outline[-1][0]
    height = y
    for _ in range(3):
        row = np.clip(height * SAMPLES, top * SAMPLES, bottom * SAMPLES).astype(np.int32)
        r = radii[row]
        depth = np.sqrt(np.maximum(1 - (x / r) ** 2, 0))
        height = y - ELEVATION * r * depth
    slope = slopes[row]
    edge = np.minimum((r - np.abs(x)) / np.sqrt(1 + slope**2), np.minimum(height - top, bottom - height))
    sine = np.clip(x / r, -1, 1)
    return _layer(edge / pixel + 0.5, [sine, -slope, depth], np.arcsin(sine), height, "wall")


def _mouth(form: str, x: np.ndarray, y: np.ndarray, pixel: float) -> Surface:
    """The ellipse at the top: the far inner wall of an open piece, or the upper face of a lid."""
    top, r = FORMS[form].outline[0]
    low = ELEVATION * r
    away = np.sqrt((x / r) ** 2 + ((y - top) / low) ** 2)  # 1 on the rim
    cover = (1 - away) * low / pixel + 0.5
    if FORMS[form].top == "lid":
        return _layer(cover, [0, -1, 0.35], x / r, y, "lid")
    return _layer(cover, [-x / r, 0.4, 0.5], x / r, (y - top) / low, "inside")


def _disc(form: str, x: np.ndarray, y: np.ndarray, pixel: float) -> Surface:
    """A plate stood upright: a flat well inside a rim that slopes up and over."""
    r = FORMS[form].outline[0][1]
    away = np.sqrt(x**2 + (y - 0.5) ** 2) + 1e-6
    bend = 0.9 * np.sin(1.5 * np.pi * np.clip((away / r - 0.74) / 0.26, 0, 1))
    normal = [x / away * bend, (y - 0.5) / away * bend, 1]
    return _layer((r - away) / pixel + 0.5, normal, x / FLAT_RADIUS, y - FLAT_RISE, "wall")


def _slab(form: str, x: np.ndarray, y: np.ndarray, pixel: float) -> Surface:
    """A square tile stood upright, with a bevelled edge."""
    half = FORMS[form].outline[0][1]
    across, down = np.abs(x) - half, np.abs(y - 0.5) - half
    edge = -np.maximum(across, down)
    bevel = np.clip(1 - edge / 0.03, 0, 1) * 1.2
    normal = [np.sign(x) * bevel * (across > down), np.sign(y - 0.5) * bevel * (across <= down), 1]
    return _layer(edge / pixel + 0.5, normal, x / FLAT_RADIUS, y - FLAT_RISE, "wall")


def _ring(ring: Ring, x: np.ndarray, y: np.ndarray, pixel: float) -> Surface:
    """A bent tube."""
    (a, b), (left, right, up, down) = ring.radii, ring.box
    u, v = (x - ring.centre[0]) / a, (y - ring.centre[1]) / b
    away = np.sqrt(u**2 + v**2) + 1e-6
    across = (away - 1) * min(a, b) / ring.thickness  # -1 to 1 through the cross-section
    boxed = (x >= left) & (x <= right) & (y >= up) & (y <= down)
    cover = ((1 - np.abs(across)) * ring.thickness / pixel + 0.5) * boxed
    toward = np.sqrt(np.maximum(1 - across**2, 0)) + 0.1
    return _layer(cover, [across * u / away, across * v / away, toward], u, y, "ring")
