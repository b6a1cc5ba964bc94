"""What covers a piece: glaze, ground motif, the ornaments in its three zones, a figurine's face, and wear."""

from __future__ import annotations

import numpy as np

from vbg_mini_museum.form import FORMS, radius
from vbg_mini_museum.surface import FLAT_RADIUS, Surface

Colour = tuple[float, float, float]

GLAZES: dict[str, Colour] = {  # the commonest first
    "celadon": (0.50, 0.66, 0.54),
    "white": (0.86, 0.84, 0.78),
    "cobalt": (0.13, 0.22, 0.55),
    "tenmoku": (0.13, 0.085, 0.065),
    "sancai": (0.76, 0.52, 0.16),
    "oxblood": (0.50, 0.05, 0.07),
}
GREY: Colour = (0.46, 0.46, 0.46)  # every glaze in a black-and-white photograph
CLAY: Colour = (0.70, 0.60, 0.46)  # the bare body, seen where a piece is chipped
SLIP: Colour = (0.93, 0.90, 0.82)  # the light outline around ornaments
HAIR: Colour = (0.10, 0.08, 0.08)

MOTIFS = ("plain", "fluted", "scaled", "combed")

INKS: dict[str, Colour] = {
    "wave": (0.10, 0.24, 0.68),
    "peony": (0.78, 0.12, 0.18),
    "coin": (0.90, 0.65, 0.12),
}
ORNAMENTS = tuple(INKS)

ZONES = ("shoulder", "waist", "foot")
ZONE_TOP, ZONE_STEP = 0.205, 0.2  # upper edge of the first zone and distance of two zones, in shares of the picture
ZONE_HALF = 0.088  # half the height of a zone
REPEAT = 0.195  # width of one ornament with the gap after it


def _soft(distance: np.ndarray, pixel: float) -> np.ndarray:
    """1 where `distance` < 0, 0 where > 0, one pixel wide in between."""
    return np.clip(0.5 - distance / pixel, 0, 1)


def _blend(colour: np.ndarray, share: np.ndarray, over: Colour | np.ndarray) -> np.ndarray:
    """(3, P) `colour` covered by `over` where `share` (P,) is 1."""
    return colour + share * (np.asarray(over, dtype=np.float32).reshape(3, -1) - colour)


def glazed(surface: Surface, glaze: str | None, phases: np.ndarray) -> np.ndarray:
    """(3, P) colour of the glaze alone; None = as a black-and-white photograph shows any glaze."""
    base = np.array(GREY if glaze is None else GLAZES[glaze], dtype=np.float32)[:, None]
    streaks = np.sin(5 * surface.angle + phases[0]) + np.sin(11 * surface.angle + 7 * surface.height + phases[1])
    colour = base * (1 + 0.06 * streaks)  # a glaze is thicker, and deeper, in places
    if glaze == "sancai":
        runs = streaks + np.sin(3 * surface.angle - 9 * surface.height + phases[2])
        colour = _blend(colour, np.clip(runs - 0.5, 0, 1), (0.20, 0.45, 0.16))
        return _blend(colour, np.clip(-runs - 0.9, 0, 1), (0.90, 0.82, 0.58))
    if glaze == "tenmoku":
        hairs = np.clip(np.sin(46 * surface.angle + 3 * streaks), 0, 1) * np.clip(0.75 - surface.height, 0, 0.5)
        return _blend(colour, hairs, (0.62, 0.36, 0.14))
    return colour


def relief(surface: Surface, motif: str, phase: float) -> np.ndarray:
    """(P,) factor by which the ground motif lightens or darkens the glaze."""
    angle, height = surface.angle + phase, surface.height
    if motif == "fluted":
        return 1 + 0.22 * np.sin(22 * angle) * surface.wall
    if motif == "combed":
        return 1 + 0.20 * np.sin(16 * angle + 75 * height) * surface.wall
    if motif == "scaled":
        return 1 + 0.16 * (np.sin(16 * angle + 60 * height) + np.sin(16 * angle - 60 * height)) * surface.wall
    return np.ones_like(angle)


def _fields(s: np.ndarray, t: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """(3, P) signed distances, in units of half a zone, to the ornaments in the order of `ORNAMENTS`.

    Args:
        s, t: place within one repeat, 0 in its middle, 1 half a zone away.
        turn: the same place across, as a phase of -pi to pi per repeat.
    """
    away = np.sqrt(s**2 + t**2)
    wave = np.abs(t + 0.4 * np.cos(turn)) - 0.4
    peony = away - 0.84 - 0.18 * np.cos(6 * np.arctan2(t, s))
    coin = np.maximum(away - 0.92, 0.24 - np.maximum(np.abs(s), np.abs(t)))
    return np.stack([wave, peony, coin])


def ornate(
    colour: np.ndarray, surface: Surface, form: str, ornaments: tuple[str, ...], phase: float, pixel: float
) -> np.ndarray:
    """(3, P) `colour` with the ornament of each zone painted over it, repeated around the piece.

    Args:
        ornaments: one per zone, from the shoulder to the foot.
        phase: by how many radians the decoration is turned around the axis.
    """
    zone = np.clip((surface.height - ZONE_TOP) / ZONE_STEP, 0, len(ZONES) - 1).astype(np.int32)
    middles = ZONE_TOP + ZONE_HALF + ZONE_STEP * np.arange(len(ZONES))
    flat = FORMS[form].solid != "revolved"
    radii = np.array([FLAT_RADIUS if flat else radius(form, middle) for middle in middles], dtype=np.float32)
    repeats = np.maximum(np.round(2 * np.pi * radii / REPEAT), 3)  # around the piece, in each zone

    t = (surface.height - middles.astype(np.float32)[zone]) / ZONE_HALF
    turn = np.mod((surface.angle + phase) * repeats[zone] + np.pi, 2 * np.pi) - np.pi
    s = turn / repeats[zone] * radii[zone] / ZONE_HALF

    order = np.array([ORNAMENTS.index(name) for name in ornaments])[zone]
    field = np.take_along_axis(_fields(s, t, turn), order[None], axis=0)[0]
    field = np.where(surface.wall, np.maximum(field, np.abs(t) - 1.1), 9)
    inks = np.array([INKS[name] for name in ORNAMENTS], dtype=np.float32)
    colour = _blend(colour, _soft(field - 0.18, pixel / ZONE_HALF), SLIP)
    return _blend(colour, _soft(field, pixel / ZONE_HALF), inks[order].T)


def faced(colour: np.ndarray, surface: Surface, form: str, pixel: float) -> np.ndarray:
    """(3, P) `colour` with face and hair painted on the head of a figurine; other forms have none."""
    if form != "figurine":
        return colour
    head = _soft(surface.height - 0.185, pixel)
    face = _soft(np.hypot(surface.angle / 1.1, (surface.height - 0.145) / 0.055) - 1, 8 * pixel)
    eyes = _soft(np.hypot((np.abs(surface.angle) - 0.4) / 0.22, (surface.height - 0.135) / 0.009) - 1, 60 * pixel)
    mouth = _soft(np.hypot(surface.angle / 0.22, (surface.height - 0.168) / 0.007) - 1, 60 * pixel)
    colour = _blend(_blend(colour, head, HAIR), head * face, SLIP)
    return _blend(_blend(colour, head * eyes, HAIR), head * mouth, INKS["peony"])


def crackled(colour: np.ndarray, surface: Surface, phases: np.ndarray, pixel: float) -> np.ndarray:
    """(3, P) `colour` with a network of fine dark cracks in the glaze."""
    angle, height = surface.angle, 3.2 * surface.height
    lines = [
        np.sin(4 * angle + 9 * height + 1.5 * np.sin(3 * height + phases[0])),
        np.sin(7 * angle - 6 * height + 1.5 * np.sin(4 * angle + phases[1])),
        np.sin(9 * angle + 3 * height + 1.5 * np.sin(5 * height + phases[2])),
    ]
    nearest = np.min(np.abs(lines), axis=0)
    return colour * (1 - 0.35 * _soft(nearest - 0.02 - 4 * pixel, 12 * pixel) * surface.wall)


def worn(colour: np.ndarray, surface: Surface, wear: int, draws: np.ndarray, pixel: float) -> np.ndarray:
    """(3, P) `colour` with as many scratches and chips as `wear` says, 0-2; `draws` (2, 3) of 0-1 place them."""
    for across, down, slant in draws[:wear]:
        angle, height = surface.angle - 2 * across + 1, surface.height - 0.25 - 0.5 * down
        scratch = np.abs(height - (slant - 0.5) * angle) + np.maximum(np.abs(angle) - 0.35, 0)
        colour = _blend(colour, 0.6 * _soft(scratch - 0.3 * pixel, pixel) * surface.wall, CLAY)
        chip = np.hypot((angle - 0.6 * slant) * 0.3, surface.height - (0.18 if down > 0.6 else 0.84))
        colour = _blend(colour, _soft(chip - 0.03, pixel) * surface.wall, CLAY)
    return colour
