"""What the tests of the image half share: a small training view, and a fit of a few steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from vbg_gan import GanConfig, vbg_components
from vbg_gan.augmenter import Gan
from vbg_gan.frames import Frame, Frames
from vbg_mini_museum import MiniMuseumConfig
from vbg_mini_museum.dataset import MiniMuseum

from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Screen
from vbg_framework.testing import collection

COMPONENT = next(component for component in vbg_components() if component.kind == "augmenter")
CLASSES = ("bowl", "idol", "mask", "tile", "vase")


def config(**options: Any) -> GanConfig:
    """The tiny options without texts, at the usual rates, with some of them replaced."""
    rate = GanConfig.model_fields["generator_rate"].default
    return GanConfig(**{**COMPONENT.tiny, "generator_rate": rate, "text": {"mode": "none"}, **options})


def records() -> list[Record]:
    """Training records with a second task, `colour`; no `mask`, one `idol`; some lack image or text."""
    return [_with_colour(record) for record in collection.records(collection.COUNTS)]


def view(given: list[Record] | None = None, held_out: bool = True) -> TrainView:
    """Records as an augmenter sees them."""
    tasks = [Task("form", classes=CLASSES), Task("colour", classes=tuple(sorted(collection.COLOURS)))]
    rest = [_with_colour(record) for record in collection.records(collection.HELD_OUT, first=200)]
    inner = TrainView(rest, tasks=tasks, task="form") if held_out else None
    return TrainView(records() if given is None else given, tasks=tasks, task="form", held_out=inner)


def without(modality: str) -> list[Record]:
    """The records without one of their inputs."""
    return [
        Record(r.id, {name: item for name, item in r.inputs.items() if name != modality}, r.targets) for r in records()
    ]


def fit(
    folder: Path,
    train: TrainView | None = None,
    *,
    seed: int = 0,
    screen: Screen | None = None,
    precision: str = "fp32",
    **options: Any,
) -> Gan:
    """A fitted augmenter."""
    gan = Gan(config(**options))
    folder.mkdir(exist_ok=True)
    accelerator = new_accelerator(precision, 0)
    gan.fit(train or view(), accelerator=accelerator, seed=seed, folder=folder, screen=screen or Screen())
    return gan


def frames(side: int = 32, counts: dict[str, int] | None = None) -> Frames:
    """Random pictures, the middle half of each full of detail."""
    counts = counts or {"bowl": 3, "vase": 1}
    names = [name for name, count in counts.items() for _ in range(count)]
    pixels = np.full((len(names), side, side, 3), 128, np.uint8)
    middle = slice(side // 4, side - side // 4)
    pixels[:, middle, middle] = np.random.default_rng(0).integers(0, 256, pixels[:, middle, middle].shape)
    facts = tuple(Frame(f"r{n}", name, {"colour": "blue"}, (0, 0, side, side), 2.0) for n, name in enumerate(names))
    return Frames(pixels, facts)


def museum(side: int, count: int, task: str = "glaze") -> Frames:
    """The first photographs of the mini museum, one per object."""
    options = MiniMuseumConfig(objects=count, views=1, size=side)
    found = list(MiniMuseum(options).records())
    facts = tuple(Frame(record.id, record.targets[task], {}, (0, 0, side, side), 1.0) for record in found)
    return Frames(np.stack([np.asarray(record.inputs["image"]) for record in found]), facts)


def _with_colour(record: Record) -> Record:
    colours = record.targets.get("colours")
    targets = {"form": record.targets["form"]} | ({"colour": colours[0]} if colours else {})
    return Record(record.id, record.inputs, targets, group=record.group)
