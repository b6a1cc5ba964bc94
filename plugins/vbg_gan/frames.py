"""The training pictures as the GAN sees them: squares of one size, on disk, in the order of the records."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vbg_framework import Record, TrainView
from vbg_framework.screen import Screen
from vbg_framework.toolkit import edge_colour, written
from vbg_gan.table import AttributeTable

AHEAD = 64  # records decoded at a time
WORKERS = 4
RESAMPLE = Image.Resampling.BICUBIC
PIXELS, FACTS = "frames.bin", "frames.json"


@dataclass(frozen=True)
class Frame:
    """What is known of one picture.

    Args:
        record: id of its record.
        name: class of its record.
        attributes: attribute -> value of its record; missing ones are absent.
        place: left, top, right and bottom of the picture inside the square; the rest is padding.
        scale: pixels of the picture per pixel of the square.
    """

    record: str
    name: str
    attributes: Mapping[str, str]
    place: tuple[int, int, int, int]
    scale: float


@dataclass(frozen=True)
class Frames:
    """The pictures of the records that have a picture and a class.

    Args:
        pixels: (n, S, S, 3) bytes, mapped from the disk.
        facts: one per picture.
    """

    pixels: np.ndarray
    facts: tuple[Frame, ...]


def read_frames(train: TrainView, table: AttributeTable, size: int, folder: Path, screen: Screen) -> Frames:
    """Write all pictures to `folder` once, or map what an earlier call wrote completely."""
    if not all((folder / name).exists() for name in (FACTS, PIXELS)):  # a kill while they are removed can part them
        folder.mkdir(parents=True, exist_ok=True)
        facts = _write(train, table, size, folder / PIXELS, screen)
        with written(folder / FACTS) as partial_facts:
            partial_facts.write_text(json.dumps([asdict(frame) for frame in facts]), encoding="utf-8")
    result = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    shape = (len(result), size, size, 3)
    pixels = np.memmap(folder / PIXELS, np.uint8, "r", shape=shape) if result else np.empty(shape, np.uint8)
    return Frames(pixels, tuple(Frame(**frame | {"place": tuple(frame["place"])}) for frame in result))


def square(image: Image.Image, size: int) -> tuple[Image.Image, tuple[int, int, int, int], float]:
    """Fit a picture into a square without cutting or stretching it; the rest takes the mean colour of its edge.

    Returns:
        The square, the picture's place in it, and how many pixels of the picture make one of the square.
    """
    scale = max(image.size) / size
    width, height = (max(1, round(side / scale)) for side in image.size)
    # reducing_gap shrinks pictures of more than six times the size in whole steps first, without visible loss
    resized = image.resize((width, height), RESAMPLE, reducing_gap=3.0)
    left, top = (size - width) // 2, (size - height) // 2
    canvas = Image.new("RGB", (size, size), edge_colour(resized))
    canvas.paste(resized, (left, top))
    return canvas, (left, top, left + width, top + height), scale


def _write(train: TrainView, table: AttributeTable, size: int, file: Path, screen: Screen) -> list[Frame]:
    facts = []
    with screen.progress("Reading pictures", len(train)) as bar, file.open("wb") as out:
        for result in _decoded(train, table, size):
            bar.advance()
            if result is not None:
                facts.append(result[0])
                out.write(result[1])
    return facts


def _decoded(train: TrainView, table: AttributeTable, size: int) -> Iterator[tuple[Frame, bytes] | None]:
    """A few records at a time: decoding releases the interpreter lock."""
    convert = partial(_convert, task=train.task.name, table=table, size=size)
    with ThreadPoolExecutor(WORKERS) as pool:
        for start in range(0, len(train), AHEAD):
            numbers = range(start, min(start + AHEAD, len(train)))
            yield from pool.map(lambda number: convert(train[number]), numbers)


def _convert(record: Record, *, task: str, table: AttributeTable, size: int) -> tuple[Frame, bytes] | None:
    image: Any = record.inputs.get("image")
    if image is None or task not in record.targets:
        return None
    fitted, place, scale = square(image, size)
    frame = Frame(record.id, record.targets[task], table.tuple_of(record), place, scale)
    return frame, fitted.tobytes()
