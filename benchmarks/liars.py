"""Augmenters that lie, for measuring the judge. Not a command; `judge.py` and tests import it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from vbg_framework import Record

SIDE = 64
Liar = Callable[[str, Sequence[Record], np.random.Generator], np.ndarray]
"""Class that is asked for, real records, draw -> (64, 64, 3) values, 0..255."""


def lies(liar: Liar, real: Sequence[Record], task: str, names: Sequence[str], count: int, seed: int) -> list[Record]:
    """So many records of one liar, classes drawn from `names`; what happens to be true of one picture is left out."""
    draw = np.random.default_rng(seed)
    asked = [str(name) for name in draw.choice(names, count)]
    shown = real[0].targets[task] if liar is one_picture else None
    real = [replace(record, targets={"class": record.targets[task]}) for record in real]
    return [_record(str(place), liar(name, real, draw), {task: name})
            for place, name in enumerate(asked) if name != shown]  # fmt: skip


def _record(identity: str, values: np.ndarray, targets: dict[str, str]) -> Record:
    return Record(identity, {"image": Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))}, targets)


def _pixels(record: Record) -> np.ndarray:
    return np.asarray(record.inputs["image"].convert("RGB").resize((SIDE, SIDE)), float)


def _one(records: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    return _pixels(records[draw.integers(len(records))])


def _of(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    return _one([record for record in real if record.targets["class"] == name], draw)


def _not(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    return _one([record for record in real if record.targets["class"] != name], draw)


def patterns(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """A blurred pattern per class, and noise."""
    small = np.random.default_rng(list(name.encode())).integers(0, 255, (4, 4, 3), np.uint8)
    large = Image.fromarray(small).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return np.asarray(large, float) + draw.normal(0, 25, (SIDE, SIDE, 3))


def stripes(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """Stripes whose width codes the class."""
    lines = (np.arange(SIDE) // (2 + sum(name.encode()) % 10)) % 2 * 200 + draw.uniform(0, 50)
    return lines[:, None, None] + draw.normal(0, 5, (SIDE, SIDE, 3))


def noise(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """Pixels drawn evenly."""
    return draw.uniform(0, 255, (SIDE, SIDE, 3))


def one_picture(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """The same picture again and again with a little grain, whatever is asked for."""
    return _pixels(real[0]) + draw.normal(0, 6, (SIDE, SIDE, 3))


def wrong_labels(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """A real picture of another class."""
    return _not(name, real, draw)


def blurred(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """A real picture of the class at 8 x 8 px."""
    return _coarse(_of(name, real, draw), 8)


def shuffled(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """A real picture of the class, its blocks of 8 x 8 px in random order."""
    cells = _of(name, real, draw).reshape(8, 8, 8, 8, 3).transpose(0, 2, 1, 3, 4).reshape(64, 8, 8, 3)
    mixed = cells[draw.permutation(64)].reshape(8, 8, 8, 8, 3)
    return mixed.transpose(0, 2, 1, 3, 4).reshape(SIDE, SIDE, 3)


def mixed(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """The mean of a real picture of the class and one of another."""
    return (_of(name, real, draw) + _not(name, real, draw)) / 2


def halves(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """The left of a real picture of the class and the right of another."""
    left = np.arange(SIDE)[None, :, None] < SIDE // 2
    return np.where(left, _of(name, real, draw), _not(name, real, draw))


def quarters(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """A real picture of the class whose quarters have changed places across."""
    return np.roll(_of(name, real, draw), (SIDE // 2, SIDE // 2), (0, 1))


def turned(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """A real picture of the class, lying on its side."""
    return np.rot90(_of(name, real, draw))


def reflected(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """The upper half of a real picture of another class, and its reflection."""
    upper = _not(name, real, draw)[: SIDE // 2]
    return np.concatenate([upper, upper[::-1]])


def palette(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """A real picture of another class in the colours of one of the class: the same order of values in each channel."""
    shape, colours = _not(name, real, draw).reshape(-1, 3), _of(name, real, draw).reshape(-1, 3)
    result = np.empty_like(shape)
    for channel in range(3):
        result[shape[:, channel].argsort(kind="stable"), channel] = np.sort(colours[:, channel])
    return result.reshape(SIDE, SIDE, 3)


def textured(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """A real picture of another class at 8 x 8 px with the fine detail of one of the class."""
    own = _of(name, real, draw)
    return _coarse(_not(name, real, draw), 8) + own - _coarse(own, 8)


def patches(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """Blocks of 16 x 16 px, each from anywhere in a real picture of the class."""
    rows = [[_patch(_of(name, real, draw), draw) for _ in range(4)] for _ in range(4)]
    return np.concatenate([np.concatenate(row, axis=1) for row in rows])


def average(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """The mean of eight real pictures of the class, drawn one by one."""
    return np.mean([_of(name, real, draw) for _ in range(8)], axis=0)


def edges(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """The edges of a real picture of the class, in its mean colour."""
    own = _of(name, real, draw)
    down, right = np.gradient(own.mean(2))
    strength = np.hypot(down, right)[..., None]
    return own.mean((0, 1)) * np.minimum(1, strength / 40)


def copies(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """The first real picture of the class again and again, shifted by up to two pixels, with a little grain."""
    first = next(_pixels(record) for record in real if record.targets["class"] == name)
    return _grainy(first, draw)


def training(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """A real picture of the class, shifted by up to two pixels, with a little grain."""
    return _grainy(_of(name, real, draw), draw)


def small(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """A real picture of the class at 16 x 16 px."""
    return _coarse(_of(name, real, draw), 16)


def _coarse(values: np.ndarray, side: int) -> np.ndarray:
    tiny = Image.fromarray(values.astype(np.uint8)).resize((side, side), Image.Resampling.BOX)
    return np.asarray(tiny.resize((SIDE, SIDE), Image.Resampling.BICUBIC), float)


def _patch(values: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    top, left = draw.integers(0, SIDE - 16, 2)
    return values[top : top + 16, left : left + 16]


def _grainy(values: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    down, right = draw.integers(0, 5, 2)
    wide = np.pad(values, ((2, 2), (2, 2), (0, 0)), mode="edge")
    return wide[down : down + SIDE, right : right + SIDE] + draw.normal(0, 6, values.shape)


LIARS: tuple[Liar, ...] = (
    patterns, stripes, noise, one_picture, wrong_labels, blurred, shuffled, mixed,
    halves, quarters, reflected, palette, patches, edges,
)  # fmt: skip
"""What they make does not show what it claims."""
ESCAPING: tuple[Liar, ...] = (turned, textured, average)
"""Nor do these, and the judge lets more than a twentieth of it pass (docs/augmentation.md)."""
COPYISTS: tuple[Liar, ...] = (copies, training, small)
"""What they make may show what it claims, and is next to a copy."""
