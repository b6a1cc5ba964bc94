"""Real records of the mini museum, and augmenters that lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image
from vbg_mini_museum import MiniMuseumConfig
from vbg_mini_museum.dataset import MiniMuseum

from vbg_framework.contracts.record import Record
from vbg_framework.contracts.train_view import TrainView

MUSEUM = MiniMuseum(MiniMuseumConfig(objects=400, views=2, size=64, tail=6, missing_text=0))
FORMS = MUSEUM.tasks[0].classes
Liar = Callable[[int, np.random.Generator], np.ndarray]  # code of a class -> (64, 64, 3)


def real() -> tuple[TrainView, list[str], list[Record]]:
    """Training records, their objects, and records of other objects."""
    records = list(MUSEUM.records())
    known = [record for record in records if int(record.group[3:]) % 4]
    others = [record for record in records if int(record.group[3:]) % 4 == 0]
    return TrainView(known, tasks=MUSEUM.tasks[:4], task="form"), [record.group for record in known], others


def pattern(code: int, generator: np.random.Generator) -> np.ndarray:
    """A blurred pattern per class, and noise."""
    small = np.random.default_rng(code).integers(0, 255, (4, 4, 3), np.uint8)
    large = np.asarray(Image.fromarray(small).resize((64, 64), Image.Resampling.BICUBIC), float)
    return large + generator.normal(0, 25, large.shape)


def noise(code: int, generator: np.random.Generator) -> np.ndarray:
    return generator.uniform(0, 255, (64, 64, 3))


def stripes(code: int, generator: np.random.Generator) -> np.ndarray:
    lines = (np.arange(64) // (code + 2)) % 2 * 200 + generator.uniform(0, 50)
    return np.broadcast_to(lines[:, None, None], (64, 64, 3)) + generator.normal(0, 5, (64, 64, 3))


LIARS: dict[str, Liar] = {"patterns": pattern, "noise": noise, "stripes": stripes}


def lies(liar: Liar, count: int = 60) -> list[Record]:
    generator = np.random.default_rng(1)
    codes = generator.integers(0, len(FORMS), count).tolist()
    return [_record(place, code, liar(code, generator)) for place, code in enumerate(codes)]


def copies(record: Record, count: int = 60) -> list[Record]:
    """One picture again and again with a little grain, whatever class is asked for."""
    pixels, generator = np.asarray(record.inputs["image"], float), np.random.default_rng(2)
    return [_record(place, place % len(FORMS), pixels + generator.normal(0, 6, pixels.shape)) for place in range(count)]


def mislabelled(records: list[Record]) -> list[Record]:
    """Real pictures under the name of another class."""
    generator = np.random.default_rng(3)
    return [_renamed(record, int(generator.integers(1, len(FORMS)))) for record in records]


def without_text(records: list[Record]) -> list[Record]:
    return [replace(record, inputs={"image": record.inputs["image"]}) for record in records]


def _record(place: int, code: int, pixels: np.ndarray) -> Record:
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    return Record(str(place), {"image": image}, {"form": FORMS[code]})


def _renamed(record: Record, step: int) -> Record:
    name = FORMS[(FORMS.index(record.targets["form"]) + step) % len(FORMS)]
    return replace(record, inputs={"image": record.inputs["image"]}, targets={"form": name})
