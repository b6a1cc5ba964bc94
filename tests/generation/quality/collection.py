"""A small collection in three parts, and things an augmenter might make of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image
from vbg_mini_museum import MiniMuseumConfig
from vbg_mini_museum.dataset import MiniMuseum

from vbg_framework.contracts.record import Record
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.generation.quality.look import Seen

TASKS = ["form", "glaze"]


def view(records: list[Record]) -> TrainView:
    return TrainView(records, tasks=MUSEUM.tasks, task="form")


MUSEUM = MiniMuseum(MiniMuseumConfig(objects=300, views=2, size=48, tail=4))


def parts() -> tuple[TrainView, list[Record], TrainView]:
    """Training records, real ones to stand in for generated ones, and unseen ones: no object is in two of them."""
    sides: tuple[list[Record], list[Record], list[Record]] = ([], [], [])
    for record in MUSEUM.records():
        sides[(0, 0, 0, 1, 2)[int(record.group[3:]) % 5]].append(record)
    return view(sides[0]), sides[1], view(sides[2])


def noise(record: Record, generator: np.random.Generator) -> Record:
    return replace(record, inputs={"image": Image.fromarray(generator.integers(0, 255, (48, 48, 3), np.uint8))})


def grainy(record: Record, generator: np.random.Generator) -> Record:
    """The same picture with a little grain."""
    pixels = np.asarray(record.inputs["image"], float)
    pixels = np.clip(pixels + generator.normal(0, 6, pixels.shape), 0, 255).astype(np.uint8)
    return replace(record, inputs={**record.inputs, "image": Image.fromarray(pixels)})


def seen(classes: list[str], features: np.ndarray, hashes: np.ndarray | None = None, **probabilities) -> Seen:
    """Pictures described by hand; they look unlike each other unless `hashes` says otherwise."""
    count = len(classes)
    draw = np.random.default_rng(count)
    ids = [f"r{i}" for i in range(count)]
    targets = [{"form": name} for name in classes]
    hashes = draw.integers(0, 256, (count, 32), np.uint8) if hashes is None else hashes
    return Seen(ids, [], np.arange(count), targets, classes, np.asarray(features, np.float32), probabilities, hashes)
