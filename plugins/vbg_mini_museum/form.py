"""The ten silhouettes: solids of revolution, two flat pieces, handles and a spout."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial

import numpy as np

SAMPLES = 512  # length of the table that holds an outline
ELEVATION = 0.10  # how far above the rim the camera stands: a circle of radius r is seen as an ellipse r x ELEVATION r


@dataclass(frozen=True)
class Ring:
    """A handle or a spout: the part of an ellipse that lies inside a box, drawn with a round cross-section."""

    centre: tuple[float, float]
    radii: tuple[float, float]
    thickness: float
    box: tuple[float, float, float, float]  # x from, x to, y from, y to


@dataclass(frozen=True)
class Form:
    """One class of shape. Lengths are shares of the picture's side; heights run downwards from its top.

    Args:
        outline: (height, radius) from top to bottom.
        top: how it ends above: `open` shows the inside, `lid` a lid seen from above, `closed` nothing.
        solid: `revolved`, `disc` or `slab`.
        rings: handles and spouts.
    """

    outline: tuple[tuple[float, float], ...]
    top: str = "closed"
    solid: str = "revolved"
    rings: tuple[Ring, ...] = ()


FORMS: dict[str, Form] = {
    "vase": Form(
        ((0.12, 0.105), (0.15, 0.075), (0.18, 0.085), (0.24, 0.2), (0.32, 0.27), (0.42, 0.275), (0.58, 0.205))
        + ((0.72, 0.145), (0.82, 0.14), (0.87, 0.16)),
        top="open",
    ),
    "bowl": Form(
        (
            (0.17, 0.41),
            (0.3, 0.395),
            (0.45, 0.355),
            (0.6, 0.285),
            (0.71, 0.21),
            (0.79, 0.15),
            (0.8, 0.135),
            (0.86, 0.15),
        ),
        top="open",
    ),
    "plate": Form(((0.13, 0.37), (0.87, 0.37)), solid="disc"),
    "bottle": Form(
        ((0.1, 0.085), (0.13, 0.06), (0.3, 0.06), (0.42, 0.09), (0.52, 0.19), (0.62, 0.275), (0.72, 0.285))
        + ((0.81, 0.22), (0.84, 0.17), (0.87, 0.17)),
        top="open",
    ),
    "jar": Form(
        ((0.07, 0.02), (0.09, 0.04), (0.11, 0.025), (0.13, 0.08), (0.165, 0.175), (0.195, 0.195), (0.205, 0.17))
        + ((0.225, 0.175), (0.27, 0.27), (0.4, 0.35), (0.55, 0.355), (0.7, 0.29), (0.83, 0.205), (0.86, 0.21)),
    ),
    "cup": Form(
        ((0.18, 0.245), (0.4, 0.24), (0.62, 0.225), (0.76, 0.2), (0.82, 0.15), (0.83, 0.125), (0.86, 0.135)),
        top="open",
        rings=(Ring((0.25, 0.45), (0.14, 0.19), 0.032, (0.2, 0.5, 0.0, 1.0)),),
    ),
    "box": Form(
        ((0.2, 0.33), (0.22, 0.35), (0.345, 0.35), (0.35, 0.33), (0.36, 0.335), (0.82, 0.335), (0.84, 0.32)), top="lid"
    ),
    "ewer": Form(
        ((0.09, 0.095), (0.13, 0.06), (0.24, 0.065), (0.36, 0.1), (0.47, 0.19), (0.58, 0.245), (0.68, 0.235))
        + ((0.77, 0.16), (0.81, 0.12), (0.87, 0.165)),
        top="open",
        rings=(
            Ring((0.06, 0.36), (0.3, 0.2), 0.026, (0.05, 0.5, 0.0, 0.56)),
            Ring((-0.17, 0.2), (0.23, 0.34), 0.034, (-0.5, -0.17, 0.2, 1.0)),
        ),
    ),
    "figurine": Form(
        ((0.03, 0.02), (0.045, 0.045), (0.065, 0.035), (0.075, 0.06), (0.11, 0.085), (0.15, 0.078), (0.185, 0.042))
        + ((0.2, 0.05), (0.225, 0.13), (0.27, 0.185), (0.36, 0.17), (0.46, 0.135), (0.51, 0.13), (0.6, 0.18))
        + ((0.76, 0.245), (0.84, 0.27), (0.87, 0.265)),
    ),
    "tile": Form(((0.15, 0.345), (0.85, 0.345)), solid="slab"),
}


@dataclass
class Surface:
    """The visible points of a piece, one entry per covered pixel (P in all).

    Attributes:
        index: (P,) position in the flattened picture.
        cover: (P,) share of the pixel that is covered, 0-1.
        normal: (3, P) unit vectors: right, down, towards the camera.
        angle: (P,) angle around the axis in radians, 0 facing the camera.
        height: (P,) height on the piece, in shares of the picture, downwards.
        wall: (P,) True on the decorated outside, False on handles and on what is seen through the mouth.
        inside: (P,) True on what is seen through the mouth.
    """

    index: np.ndarray
    cover: np.ndarray
    normal: np.ndarray
    angle: np.ndarray
    height: np.ndarray
    wall: np.ndarray
    inside: np.ndarray


@cache
def outline(form: str) -> tuple[np.ndarray, np.ndarray]:
    """(SAMPLES + 1,) radius at evenly spaced heights from 0 to 1, and its slope; the outline's corners are rounded."""
    heights, radii = np.array(FORMS[form].outline).T
    table = np.interp(np.linspace(0, 1, SAMPLES + 1), heights, radii)
    kernel = np.hanning(15) / np.hanning(15).sum()
    table = np.convolve(np.pad(table, 7, mode="edge"), kernel, mode="valid")
    return table.astype(np.float32), (np.gradient(table) * SAMPLES).astype(np.float32)


def radius(form: str, height: float) -> float:
    """Radius of a form at one height."""
    return float(outline(form)[0][round(height * SAMPLES)])


def surface(form: str, x: np.ndarray, y: np.ndarray, pixel: float) -> Surface:
    """The visible points of a form.

    Args:
        x, y: (size * size,) where each pixel looks, x from the axis, y from the top, in shares of the picture.
        pixel: side of a pixel in the same unit.
    """
    solids = {"revolved": _revolved, "disc": _disc, "slab": _slab}
    shape = FORMS[form]
    layers = [_ring(ring, x, y, pixel) for ring in shape.rings] + [solids[shape.solid](form, x, y, pixel)]
    if shape.top != "closed":
        layers.append(_mouth(form, x, y, pixel))
    return _stack(layers, len(x))


def _stack(layers: list[Surface], pixels: int) -> Surface:
    """Later layers hide earlier ones."""
    joined = {name: np.concatenate([getattr(one, name) for one in layers], axis=-1) for name in vars(layers[0])}
    owner = np.full(pixels, -1)
    owner[joined["index"]] = np.arange(len(joined["index"]))  # of several writers the last stays
    kept = owner[owner >= 0]
    return Surface(**{name: values[..., kept] for name, values in joined.items()})


def _layer(cover: np.ndarray, normal: list, angle: np.ndarray, height: np.ndarray, part: str) -> Surface:
    """The covered pixels of one part: `wall`, `inside` or `ring`."""
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
    """A point at height h and angle a is seen at x = r(h) sin a, y = h + ELEVATION r(h) cos a; solved for h by iteration."""
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
    away = np.sqrt((x / r) ** 2 + ((y - top) / (ELEVATION * r)) ** 2)  # 1 on the rim
    cover = (1 - away) * ELEVATION * r / pixel + 0.5
    if FORMS[form].top == "lid":
        return _layer(cover, [x * 0, x * 0 - 1, x * 0 + 0.35], x / r, y, "ring")
    return _layer(cover, [-x / r, x * 0 + 0.4, x * 0 + 0.5], x / r, (y - top) / (ELEVATION * r), "inside")


def _disc(form: str, x: np.ndarray, y: np.ndarray, pixel: float) -> Surface:
    """A plate stood upright: a flat well inside a rim that slopes towards its edge."""
    r = FORMS[form].outline[0][1]
    away = np.sqrt(x**2 + (y - 0.5) ** 2) + 1e-6
    rim = np.clip((away - 0.74 * r) / (0.26 * r), 0, 1)
    bend = np.sin(rim * np.pi * 1.5) * 0.9
    return _layer((r - away) / pixel + 0.5, [x / away * bend, (y - 0.5) / away * bend, 1], x / 0.3, y - 0.025, "wall")


def _slab(form: str, x: np.ndarray, y: np.ndarray, pixel: float) -> Surface:
    """A square tile stood upright, with a bevelled edge."""
    half = FORMS[form].outline[0][1]
    across, down = np.abs(x) - half, np.abs(y - 0.5) - half
    edge = -np.maximum(across, down)
    bevel = np.clip(1 - edge / 0.03, 0, 1) * 1.2
    return _layer(
        edge / pixel + 0.5,
        [np.sign(x) * bevel * (across > down), np.sign(y - 0.5) * bevel * (across <= down), 1],
        x / 0.3,
        y - 0.025,
        "wall",
    )


def _ring(ring: Ring, x: np.ndarray, y: np.ndarray, pixel: float) -> Surface:
    (a, b), (left, right, up, down) = ring.radii, ring.box
    u, v = (x - ring.centre[0]) / a, (y - ring.centre[1]) / b
    away = np.sqrt(u**2 + v**2) + 1e-6
    across = (away - 1) * min(a, b) / ring.thickness  # -1..1 through the cross-section
    boxed = (x >= left) & (x <= right) & (y >= up) & (y <= down)
    cover = ((1 - np.abs(across)) * ring.thickness / pixel + 0.5) * boxed
    round_ = np.sqrt(np.maximum(1 - across**2, 0))
    return _layer(cover, [across * u / away, across * v / away, round_ + 0.1], u, y, "ring")
