"""The generated records that the model of a run trained on, in columns. n records."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from vbg_framework.base.jsonl import read_lines
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.contracts.record import Record
from vbg_framework.data.pictures.image import ImageError, decode
from vbg_framework.generation.pool import records
from vbg_framework.generation.round_pools import SAMPLES
from vbg_framework.ui.catalogue import Catalogue
from vbg_framework.ui.collection import PARTS, Collection
from vbg_framework.ui.labels import Labels, one_hot
from vbg_framework.ui.query import Query
from vbg_framework.ui.thumbnails import JPEG, KEPT, PNG, small


class Generated(Catalogue):
    """Records by place, in the order in which they were made; all of them are of the training part.

    Args:
        made: n records.
        collection: the real ones, whose tasks and modalities they share.
    """

    def __init__(self, made: Sequence[Record], collection: Collection) -> None:
        self.made, every = made, np.arange(len(made))
        labels = {
            task.name: Labels.unanswered(task, one_hot(task, [_label(r, task.name) for r in made], every, len(made)))
            for task in collection.tasks
        }
        missing = {name: np.array([not each.inputs.get(name) for each in made], bool) for name in collection.missing}
        ids, words = [each.id for each in made], pa.array([_words(each) for each in made], pa.string())
        super().__init__(ids, np.full(len(made), PARTS.index("train")), missing, labels, words)
        self._small = lru_cache(KEPT)(self._reduced)

    @classmethod
    def of(cls, run: RunFolder, collection: Collection) -> Generated:
        """Those of a run; errors as of `records`."""
        folder = run.path / "synthetic"
        return cls(records(folder, read_lines(folder / SAMPLES)), collection)

    def found(self, query: Query) -> np.ndarray:
        """The places of the records that are asked for, in order; none where only a real record can be like this."""
        return np.zeros(0, int) if query.of_real else query.found(self)

    def tile(self, task: str, place: int) -> dict[str, Any]:
        """What a small card of a record shows."""
        made = self.made[place]
        known = {"place": place, "id": made.id, "by": made.origin.generator if made.origin else "", "views": 1}
        known |= {"pictured": made.inputs.get("image") is not None}
        named = {"true": self.labels[task].names("truth", place)} if task else {}
        return known | named | {"answered": False, "said": [], "corrected": [], "conflict": False}

    def picture(self, place: int, size: str) -> tuple[bytes, str] | None:
        """A picture, `small` or whole, and its media type; None = there is none."""
        try:
            if self.made[place].inputs.get("image") is None:
                return None
            return (self._small(place), JPEG) if size == "small" else (self._whole(place), PNG)
        except ImageError:
            return None

    def _reduced(self, place: int) -> bytes:
        return small(decode(self.made[place].inputs["image"]))

    def _whole(self, place: int) -> bytes:
        buffer = io.BytesIO()
        decode(self.made[place].inputs["image"]).save(buffer, "PNG")
        return buffer.getvalue()


def texts(made: Record) -> Mapping[str, str]:
    """Field -> text of a record."""
    text = made.inputs.get("text") or {}
    return {"text": text} if isinstance(text, str) else {name: words for name, words in text.items() if words}


def _words(made: Record) -> str:
    facts = (made.inputs.get("metadata") or {}).values()
    return " ".join(map(str, (made.id, *texts(made).values(), *facts)))


def _label(made: Record, task: str) -> Any:
    return made.targets.get(task)
