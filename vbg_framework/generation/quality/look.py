"""One look at some records: everything the measures need to know of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record
from vbg_framework.data.pictures.image import ImageError, decode
from vbg_framework.generation.quality.network import FeatureNetwork, carries
from vbg_framework.generation.sieve import image_hash
from vbg_framework.screen import Bar, Screen

NO_HASH = np.zeros(32, np.uint8)


@dataclass(frozen=True)
class Seen:
    """What is known of some records, of which n have a picture.

    Args:
        ids: of all records.
        texts: field -> text of those that have one.
        rows: (n,) positions of the records with a picture.
        targets: n mappings, task -> class or classes.
        classes: n classes of the task that is filled; "" = none.
        features: (n, D).
        probabilities: task -> (n, C).
        hashes: (n, 32) uint8, perceptual hashes; zeros = blank.
    """

    ids: list[str]
    texts: list[Mapping[str, str]]
    rows: np.ndarray
    targets: list[Mapping[str, Any]]
    classes: list[str]
    features: np.ndarray
    probabilities: Mapping[str, np.ndarray]
    hashes: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)


def look(records: Sequence[Record], task: str, judge: FeatureNetwork | None, screen: Screen, name: str) -> Seen:
    """Read the records once, one at a time.

    Args:
        records: real or generated ones; `image` a path, encoded bytes or a PIL image.
        task: the task that is filled.
        judge: None = pictures are left out.
        name: what the progress bar says.

    Raises:
        VBGError: an image cannot be read.
    """
    walk = _Walk(records, task, pictures=judge is not None)
    with screen.progress(name, len(records)) as bar:
        images = walk.images(bar)
        if judge is None:
            features, probabilities = np.empty((len(list(images)), 0), np.float32), dict[str, np.ndarray]()
        else:
            features, probabilities = judge.look(images)
    hashes = np.array(walk.hashes, np.uint8).reshape(-1, 32)
    rows = np.array(walk.rows, int)
    return Seen(walk.ids, walk.texts, rows, walk.targets, walk.classes, features, probabilities, hashes)


class _Walk:
    """Notes what passes by on the way to the judge."""

    def __init__(self, records: Sequence[Record], task: str, *, pictures: bool) -> None:
        self.records, self.task, self.pictures = records, task, pictures
        self.ids: list[str] = []
        self.texts: list[Mapping[str, str]] = []
        self.rows: list[int] = []
        self.targets: list[Mapping[str, Any]] = []
        self.classes: list[str] = []
        self.hashes: list[np.ndarray] = []

    def images(self, bar: Bar) -> Iterator[Image.Image]:
        for row, record in enumerate(self.records):
            self.ids.append(record.id)
            self._text(record.inputs.get("text"))
            if self.pictures and record.inputs.get("image") is not None:
                yield self._picture(row, record)
            bar.advance()

    def _text(self, text: str | Mapping[str, str] | None) -> None:
        if text:
            self.texts.append({"text": text} if isinstance(text, str) else text)

    def _picture(self, row: int, record: Record) -> Image.Image:
        try:
            image = decode(record.inputs["image"])
        except ImageError as error:
            raise VBGError(record.source or record.id, str(error), "Correct it or leave it out.") from error
        code = image_hash(image)
        self.hashes.append(NO_HASH if code is None else code)
        self.rows.append(row)
        self.targets.append(record.targets)
        carried = carries(record.targets, self.task)
        self.classes.append(carried[0] if len(carried) == 1 else "")
        return image
