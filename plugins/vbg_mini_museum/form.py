"""The ten forms as numbers: outlines of solids of revolution, two flat pieces, handles and a spout."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

SAMPLES = 512  # length of the table that holds an outline
ROUNDING = 9  # samples over which its corners are rounded


@dataclass(frozen=True)
class Ring:
    """A handle or a spout: the part of an ellipse that lies inside a box, round in cross-section."""

    centre: tuple[float, float]
    radii: tuple[float, float]
    thickness: float
    box: tuple[float, float, float, float]  # x from, x to, y from, y to


@dataclass(frozen=True)
class Form:
    """One class of shape. Lengths are shares of the picture's side; heights run downwards from its top.

    Args:
        outline: (height, radius) from top to bottom; a disc or slab states its half width twice.
        top: how it ends above: `open` shows the inside, `lid` a lid seen from above, `closed` nothing.
        solid: `revolved`, `disc` or `slab`.
        rings: handles and spouts.
    """

    outline: tuple[tuple[float, float], ...]
    top: str = "closed"
    solid: str = "revolved"
    rings: tuple[Ring, ...] = ()


# fmt: off
FORMS: dict[str, Form] = {  # the commonest first
    "vase": Form(
        ((0.12, 0.105), (0.15, 0.075), (0.18, 0.085), (0.24, 0.2), (0.32, 0.27), (0.42, 0.275), (0.58, 0.205),
         (0.72, 0.145), (0.82, 0.14), (0.87, 0.16)),
        top="open",
    ),
    "bowl": Form(
        ((0.17, 0.41), (0.3, 0.395), (0.45, 0.355), (0.6, 0.285), (0.71, 0.21), (0.79, 0.15), (0.8, 0.135),
         (0.86, 0.15)),
        top="open",
    ),
    "plate": Form(((0.13, 0.37), (0.87, 0.37)), solid="disc"),
    "bottle": Form(
        ((0.1, 0.085), (0.13, 0.06), (0.3, 0.06), (0.42, 0.09), (0.52, 0.19), (0.62, 0.275), (0.72, 0.285),
         (0.81, 0.22), (0.84, 0.17), (0.87, 0.17)),
        top="open",
    ),
    "jar": Form(
        ((0.07, 0.02), (0.09, 0.04), (0.11, 0.025), (0.13, 0.08), (0.165, 0.175), (0.195, 0.195), (0.205, 0.17),
         (0.225, 0.175), (0.27, 0.27), (0.4, 0.35), (0.55, 0.355), (0.7, 0.29), (0.83, 0.205), (0.86, 0.21)),
    ),
    "cup": Form(
        ((0.18, 0.245), (0.4, 0.24), (0.62, 0.225), (0.76, 0.2), (0.82, 0.15), (0.83, 0.125), (0.86, 0.135)),
        top="open",
        rings=(Ring((0.25, 0.45), (0.14, 0.19), 0.032, (0.2, 0.5, 0.0, 1.0)),),
    ),
    "box": Form(
        ((0.2, 0.33), (0.22, 0.35), (0.345, 0.35), (0.35, 0.33), (0.36, 0.335), (0.82, 0.335), (0.84, 0.32)),
        top="lid",
    ),
    "ewer": Form(
        ((0.09, 0.095), (0.13, 0.06), (0.24, 0.065), (0.36, 0.1), (0.47, 0.19), (0.58, 0.245), (0.68, 0.235),
         (0.77, 0.16), (0.81, 0.12), (0.87, 0.165)),
        top="open",
        rings=(
            Ring((0.06, 0.36), (0.3, 0.2), 0.026, (0.05, 0.5, 0.0, 0.56)),
            Ring((-0.17, 0.2), (0.23, 0.34), 0.034, (-0.5, -0.17, 0.2, 1.0)),
        ),
    ),
    "figurine": Form(
        ((0.025, 0.02), (0.045, 0.05), (0.062, 0.035), (0.07, 0.065), (0.11, 0.095), (0.15, 0.085), (0.187, 0.045),
         (0.2, 0.055), (0.225, 0.14), (0.27, 0.19), (0.36, 0.175), (0.46, 0.14), (0.51, 0.135), (0.6, 0.185),
         (0.76, 0.25), (0.84, 0.27), (0.87, 0.265)),
    ),
    "tile": Form(((0.15, 0.345), (0.85, 0.345)), solid="slab"),
}
# fmt: on


@cache
def outline(form: str) -> tuple[np.ndarray, np.ndarray]:
    """(SAMPLES + 1,) radius at evenly spaced heights from 0 to 1, and its slope; the corners are rounded."""
    heights, radii = np.array(FORMS[form].outline).T
    table = np.interp(np.linspace(0, 1, SAMPLES + 1), heights, radii)
    kernel = np.hanning(2 * ROUNDING + 1)
    table = np.convolve(np.pad(table, ROUNDING, mode="edge"), kernel / kernel.sum(), mode="valid")
    return table.astype(np.float32), (np.gradient(table) * SAMPLES).astype(np.float32)


def radius(form: str, height: float) -> float:
    """Radius of a form at one height."""
    return float(outline(form)[0][round(height * SAMPLES)])
