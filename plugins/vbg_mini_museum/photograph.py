"""One museum photograph of one piece: pose, backdrop, light, shadow and grain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image

from vbg_mini_museum import decoration
from vbg_mini_museum.surface import Surface, surface

BACKDROPS = ((0.80, 0.79, 0.77), (0.62, 0.66, 0.70), (0.70, 0.64, 0.56), (0.36, 0.37, 0.40), (0.55, 0.58, 0.54))
FLOOR = 0.86  # height at which pieces stand, in shares of the picture


@dataclass(frozen=True)
class Appearance:
    """Everything a photograph may depend on. Neither the kiln, nor the period, nor the dated zone is here.

    Args:
        ornaments: one ornament per zone, from the shoulder to the foot.
        wear: number of scratches and chips, 0-2.
        seed: what else is particular to this piece: proportions, glaze streaks, where the decoration starts.
    """

    form: str
    glaze: str
    motif: str
    ornaments: tuple[str, ...]
    wear: int
    seed: int


@cache
def _grid(size: int) -> tuple[np.ndarray, np.ndarray]:
    """(size * size,) x from -0.5 to 0.5 and y from 0 to 1 of the pixels' centres."""
    ticks = (np.arange(size, dtype=np.float32) + 0.5) / size
    y, x = np.meshgrid(ticks, ticks - 0.5, indexing="ij")
    return x.ravel(), y.ravel()


def photograph(piece: Appearance, view: np.random.Generator, size: int, archive: bool) -> Image.Image:
    """Render one view.

    Args:
        view: draws what differs between views of one piece: pose, backdrop, light, crackle, grain.
        size: side of the picture in pixels.
        archive: True = an old black-and-white print in which all glazes look the same.
    """
    own = np.random.default_rng(piece.seed)
    x, y = _pose(own, view, size)
    seen = surface(piece.form, x, y, 1 / size)
    light = _light(view)
    picture = _backdrop(x, y, view, light)
    colour = _painted(piece, seen, own, view, 1 / size, archive)
    colour = _lit(colour, seen, light)
    picture[:, seen.index] += seen.cover * (colour - picture[:, seen.index])
    picture = _developed(picture, view, size, archive)
    return Image.fromarray(picture)


def posed(piece: Appearance, view: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
    """(size * size,) x and y on the piece that each pixel of this photograph sees; arguments as of `photograph`."""
    return _pose(np.random.default_rng(piece.seed), view, size)


def _pose(own: np.random.Generator, view: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Where each pixel looks on the upright piece: a small tilt, shift and zoom, and the piece's own proportions."""
    x, y = _grid(size)
    tilt, zoom = view.uniform(-0.025, 0.025), view.uniform(0.97, 1.04)
    x, y = x - view.uniform(-0.025, 0.025), y - 0.5 - view.uniform(-0.008, 0.008)
    x, y = (x * np.cos(tilt) + y * np.sin(tilt)) / zoom, (y * np.cos(tilt) - x * np.sin(tilt)) / zoom + 0.5
    return (x / own.uniform(0.92, 1.06)).astype(np.float32), y.astype(np.float32)


def _light(view: np.random.Generator) -> np.ndarray:
    """Unit vector towards the lamp: from above, left or right."""
    light = np.array([view.choice([-1, 1]) * view.uniform(0.35, 0.8), view.uniform(-0.8, -0.4), 0.8])
    return (light / np.linalg.norm(light)).astype(np.float32)


def _painted(
    piece: Appearance, seen: Surface, own: np.random.Generator, view: np.random.Generator, pixel: float, archive: bool
) -> np.ndarray:
    """(3, P) colour of the piece in even light."""
    phases = own.uniform(0, 2 * np.pi, 4).astype(np.float32)
    phase = phases[3] + view.uniform(-0.4, 0.4)
    colour = decoration.glazed(seen, None if archive else piece.glaze, phases + view.uniform(-0.2, 0.2))
    colour = colour * decoration.relief(seen, piece.motif, phase)
    if view.random() < 0.4:
        colour = decoration.crackled(colour, seen, phases, pixel)
    colour = decoration.faced(colour, seen, piece.form, pixel)
    colour = decoration.ornate(colour, seen, piece.form, piece.ornaments, phase, pixel)
    return decoration.worn(colour, seen, piece.wear, own.random((2, 3), dtype=np.float32), pixel)


def _lit(colour: np.ndarray, seen: Surface, light: np.ndarray) -> np.ndarray:
    """(3, P) Lambert shading, a soft highlight of the lamp and a narrow one of the window behind the camera."""
    towards = light @ seen.normal
    halfway = light + np.array([0, 0, 1], dtype=np.float32)
    shine = np.maximum(halfway @ seen.normal / np.linalg.norm(halfway), 0)
    shade = 0.42 + 0.68 * np.maximum(towards, 0) - 0.12 * (1 - seen.normal[2])
    shade = np.where(seen.inside, 0.42 - 0.24 * seen.height, shade)  # the deeper, the darker
    gloss = np.where(seen.inside, 0, 0.55 * shine**60 + 0.12 * shine**12)
    return colour * shade + gloss


def _backdrop(x: np.ndarray, y: np.ndarray, view: np.random.Generator, light: np.ndarray) -> np.ndarray:
    """(3, size * size) a sheet of paper that curves from wall to floor, with the shadow of the piece on it."""
    paper = np.array(BACKDROPS[view.integers(len(BACKDROPS))], dtype=np.float32) + view.uniform(-0.04, 0.04)
    spot = np.exp(-3 * ((x - 0.35 * light[0]) ** 2 + (y - 0.35) ** 2))
    floor = np.clip((y - 0.74) / 0.12, 0, 1)
    bright = 0.62 + 0.42 * spot + 0.10 * floor
    away = ((x + 0.28 * light[0]) / 0.4) ** 2 + ((y - FLOOR - 0.01) / 0.07) ** 2
    contact = (x / 0.26) ** 2 + ((y - FLOOR - 0.015) / 0.035) ** 2
    bright = bright * (1 - 0.38 * np.exp(-away) - 0.30 * np.exp(-contact))
    return paper[:, None] * bright


def _developed(picture: np.ndarray, view: np.random.Generator, size: int, archive: bool) -> np.ndarray:
    """(size, size, 3) bytes: warmth and exposure of the film, grain, and sepia for an archive print."""
    exposure, warmth = view.uniform(0.9, 1.1), view.uniform(-0.04, 0.04)
    tone = np.array([1 + warmth, 1, 1 - warmth]) * exposure
    if archive:
        picture = np.broadcast_to(picture.mean(axis=0), picture.shape)
        tone = np.array([1.06, 0.98, 0.84]) * exposure
    grain = view.standard_normal(picture.shape[1], dtype=np.float32) * (0.025 if archive else 0.01)
    picture = picture * tone[:, None].astype(np.float32) + grain
    return (np.clip(picture, 0, 1) * 255).astype(np.uint8).T.reshape(size, size, 3)
