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
    small = Image.fromarray(_of(name, real, draw).astype(np.uint8)).resize((8, 8), Image.Resampling.BOX)
    return np.asarray(small.resize((SIDE, SIDE), Image.Resampling.BICUBIC), float)


def shuffled(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """A real picture of the class, its blocks of 8 x 8 px in random order."""
    cells = _of(name, real, draw).reshape(8, 8, 8, 8, 3).transpose(0, 2, 1, 3, 4).reshape(64, 8, 8, 3)
    mixed = cells[draw.permutation(64)].reshape(8, 8, 8, 8, 3)
    return mixed.transpose(0, 2, 1, 3, 4).reshape(SIDE, SIDE, 3)


def mixed(name: str, real: Sequence[Record], draw: np.random.Generator) -> np.ndarray:
    """The mean of a real picture of the class and one of another."""
    return (_of(name, real, draw) + _not(name, real, draw)) / 2


LIARS: tuple[Liar, ...] = (patterns, stripes, noise, one_picture, wrong_labels, blurred, shuffled, mixed)
