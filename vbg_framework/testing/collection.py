"""A made-up collection: vessels drawn as coloured shapes, with catalogue texts, metadata and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView

SIDE = 32
FORMS = ("bowl", "idol", "mask", "tile", "vase")
"""Classes of the task `form`. Of `idol` there is one training record, of `mask` none."""
COLOURS = {"blue": (40, 60, 190), "brown": (130, 80, 40), "green": (50, 140, 70), "white": (225, 225, 215)}
PLACES = ("Delft", "Kyoto", "Meissen", "Thebes")
COUNTS = {"bowl": 10, "vase": 8, "tile": 5, "idol": 1}
HELD_OUT = {"bowl": 3, "vase": 3, "tile": 2}


def picture(form: str, colour: str, draw: np.random.Generator, size: tuple[int, int] = (SIDE, SIDE)) -> Image.Image:
    """A shape per form, coloured, at a random place on a noisy ground; `size` is width and height in pixels."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x = (x / width - draw.uniform(0.4, 0.6)) / draw.uniform(0.25, 0.4)
    y = (y / height - draw.uniform(0.4, 0.6)) / draw.uniform(0.25, 0.4)
    inside = {
        "bowl": (x**2 + y**2 < 1) & (y > -0.2),
        "vase": np.abs(x) < 0.35 + 0.3 * np.abs(y),
        "tile": np.maximum(np.abs(x), np.abs(y)) < 1,
        "idol": np.abs(x) + np.abs(y) < 1,
        "mask": (x**2 + y**2 < 1) & (x**2 + y**2 > 0.4),
    }[form]
    ground = np.where((inside & (np.abs(y) < 1))[..., None], COLOURS[colour], 245)
    noisy = ground + draw.normal(0, 6, ground.shape)
    return Image.fromarray(np.uint8(np.clip(noisy, 0, 255)))


def sentence(form: str, colours: Sequence[str], place: str, number: int) -> str:
    """A line of a catalogue."""
    return f"A {' and '.join(colours)} {form} made in {place}, {5 + number % 30} cm high."


def metadata(place: str, number: int) -> dict[str, str | float]:
    """Words and a number."""
    return {"height": float(5 + number % 30), "place": place, "year": str(1500 + 7 * number)}


def record(number: int, form: str) -> Record:
    """One record; every fifth lacks its text, every seventh its image, every sixth its metadata and its colours."""
    generator = np.random.default_rng((7, number))
    names = list(COLOURS)
    colours = sorted({names[number % 4], names[number * 3 % 4]})
    place = PLACES[number % len(PLACES)]
    inputs: dict[str, Any] = {"image": picture(form, colours[0], generator)}
    inputs["text"] = {"title": f"{form.title()} {number}", "description": sentence(form, colours, place, number)}
    inputs["metadata"] = metadata(place, number)
    targets: dict[str, Any] = {"form": form, "colours": colours}
    for every, lost in ((5, "text"), (7, "image"), (6, "metadata")):
        if number % every == every - 1:
            del inputs[lost]
    if "metadata" not in inputs:
        del targets["colours"]
    return Record(f"r{number:03d}", inputs, targets, group=f"o{number // 2}", licence="CC0", source=f"made-up:{number}")


def records(counts: dict[str, int], first: int = 0) -> list[Record]:
    """So many records of each form, in mixed order."""
    forms = [form for form, count in counts.items() for _ in range(count)]
    order = np.random.default_rng(3).permutation(len(forms))
    return [record(first + number, forms[place]) for number, place in enumerate(order)]


def tasks(given: Sequence[Record]) -> list[Task]:
    """The tasks of the collection, with counts over these records."""
    shapes = [Task("form", classes=FORMS), Task("colours", multi_label=True, classes=tuple(COLOURS))]
    carried = {task.name: [_labels(each, task.name) for each in given] for task in shapes}
    return [
        replace(task, counts=tuple(sum(name in labels for labels in carried[task.name]) for name in task.classes))
        for task in shapes
    ]


def training_view(train: Sequence[Record], held_out: Sequence[Record]) -> TrainView:
    """What an augmenter gets."""
    known = tasks(train)
    return TrainView(train, tasks=known, task="form", held_out=TrainView(held_out, tasks=known, task="form"))


def items(modality: str, count: int) -> list[Any]:
    """Raw items as an encoder gets them; images of several sizes, metadata without some of its fields."""
    made = [record(number, FORMS[number % len(FORMS)]) for number in range(count)]
    if modality == "image":
        sizes = [(SIDE, SIDE), (40, 30), (24, 64), (50, 50)]
        return [
            picture(FORMS[n % len(FORMS)], list(COLOURS)[n % 4], np.random.default_rng((8, n)), sizes[n % len(sizes)])
            for n in range(count)
        ]
    if modality == "text":
        return [". ".join(_text(each)) for each in made]
    return [_some(metadata(PLACES[n % len(PLACES)], n), n) for n in range(count)]


def _text(given: Record) -> list[str]:
    return list(given.inputs["text"].values()) if "text" in given.inputs else ["Fragment, glazed."]


def _some(fields: dict[str, str | float], number: int) -> dict[str, str | float]:
    lost = list(fields)[number % 5] if number % 5 < len(fields) else None
    return {field: value for field, value in fields.items() if field != lost}


def _labels(given: Record, task: str) -> Sequence[str]:
    label = given.targets.get(task, ())
    return [label] if isinstance(label, str) else label
