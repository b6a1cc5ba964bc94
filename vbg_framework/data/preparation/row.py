"""From one record to one row of a prepared data set."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vbg_framework.base.errors import did_you_mean
from vbg_framework.contracts.modality import Modality
from vbg_framework.contracts.record import SPLITS, Record, Task
from vbg_framework.data.catalogue.spelling import normal, normal_lines
from vbg_framework.data.pictures.hashes import phash, sha256
from vbg_framework.data.pictures.image import ImageError, encode
from vbg_framework.data.preparation.columns import META, TARGET, TEXT, VIEW_OF
from vbg_framework.data.preparation.item_bytes import HASH, INPUT, OWN, ItemError, stored

LONGEST = 1_000_000
"""Characters of a text: a book; what is longer is no catalogue text."""
LONGEST_NAME = 10_000
"""Characters of an id, a group, a label or a licence."""


class RowError(ValueError):
    """A record that cannot become a row; the message is the reason in words."""


@dataclass(frozen=True)
class Rows:
    """Turns records into rows: column -> value; missing ones are None or absent.

    Args:
        tasks: the tasks of the data set.
        max_pixels, largest_side: see `image.encode`.
        modalities: those that plugins offer, by name.
    """

    tasks: Sequence[Task]
    max_pixels: int
    largest_side: int
    modalities: Mapping[str, Modality] = field(default_factory=dict)

    def __call__(self, record: Record) -> dict[str, Any]:
        """Raises `RowError` or `ImageError` with the reason why the record cannot be used."""
        if record.origin is not None:
            raise RowError("record is synthetic, a data set holds real ones")
        if record.soft:
            raise RowError("record has a soft label, which only new records may have")
        if record.split not in (None, *SPLITS):
            known = ", ".join(SPLITS)
            raise RowError(
                f"split must be one of {known}, got {record.split!r}. Say with `split_values` what a word means"
            )
        identity = _string("id", record.id).strip()  # as it is written: people look for it
        if not normal(identity):
            raise RowError("id is empty")
        row = {"id": identity, "group": _plain("group", record.group) or normal(identity), "split": record.split}
        row |= {VIEW_OF: record.view_of.strip()} if record.view_of else {}
        row |= {"licence": _plain("licence", record.licence), "source": _string("source", record.source)}
        targets = dict(self._targets(record.targets))
        if not targets:
            raise RowError("record has no label")
        inputs = dict(self._inputs(record.inputs))
        if all(value is None for value in inputs.values()):
            *some, last = (*OWN, *self.modalities)
            raise RowError(f"record has no {', '.join(some)} or {last}")
        return row | inputs | targets

    def _targets(self, targets: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        tasks = {task.name: task for task in self.tasks}
        for name, value in targets.items():
            if name not in tasks:
                raise RowError(f"unknown task '{name}'. {did_you_mean(name, tasks)}")
            if value is not None:
                yield TARGET + name, _labels(tasks[name], value)

    def _inputs(self, inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for modality, value in inputs.items():
            if modality not in (known := (*OWN, *self.modalities)):
                raise RowError(f"unknown input '{modality}'. {did_you_mean(modality, known)}")
            if value is None:
                continue
            if modality == "image":
                if isinstance(value, Exception):
                    raise ImageError(str(value))
                image = encode(value, max_pixels=self.max_pixels, largest_side=self.largest_side)
                yield "image", {"bytes": image.data, "path": None}
                yield "sha256", sha256(image.data)
                yield "phash", phash(image.preview)
            elif modality == "text":
                yield from ((TEXT + field, text) for field, text in checked_text(value).items())
            elif modality in self.modalities:
                yield from self._stored(modality, value)
            else:
                yield from ((META + field, value) for field, value in checked_metadata(value).items())

    def _stored(self, modality: str, value: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(value, Exception):
            raise RowError(str(value))
        try:
            kept = stored(self.modalities[modality], modality, value)
        except ItemError as error:
            raise RowError(str(error)) from error
        yield INPUT + modality, kept
        yield HASH + modality, sha256(kept)


def digest(row: Mapping[str, Any]) -> bytes:
    """SHA-256 of the content of a row: everything but where it was read."""
    left_out = ("image", "phash", "source", *(name for name in row if name.startswith(INPUT)))  # their hashes count
    content = {name: value for name, value in row.items() if value is not None and name not in left_out}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()


def _string(what: str, value: Any, longest: int = LONGEST_NAME) -> str:
    if not isinstance(value, str):
        raise RowError(f"{what} must be a string, got {type(value).__name__}")
    if len(value) > longest:
        raise RowError(f"{what} is longer than {longest:,} characters, got {len(value):,}")
    if "\0" in value or not _encodable(value):
        raise RowError(f"{what} is not valid text, got {value[:40]!r}")
    return value


def _plain(what: str, value: Any, longest: int = LONGEST_NAME) -> str:
    return normal(_string(what, value, longest))


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair: undecodable bytes in the source
        return False
    return True


def _labels(task: Task, value: Any) -> str | list[str]:
    if not task.multi_label:
        return _label(task, value)
    if isinstance(value, str) or not isinstance(value, Sequence | frozenset | set):
        raise RowError(f"label of '{task.name}' must be a list of classes, got {type(value).__name__}")
    return sorted({_label(task, label) for label in value})


def _label(task: Task, value: Any) -> str:
    label = _plain(f"label of '{task.name}'", value)
    if not label:
        raise RowError(f"label of '{task.name}' is empty")
    if task.classes and label not in task.classes:
        raise RowError(f"unknown class of '{task.name}', got '{label}'. {did_you_mean(label, task.classes)}")
    return label


def checked_text(text: Any) -> dict[str, str | None]:
    """Field -> its normal form, None = missing; a single string is the field `text`.

    Raises:
        RowError: it is neither, or not valid text.
    """
    if not isinstance(text, str | Mapping):
        raise RowError(f"text must be a string or field -> string, got {type(text).__name__}")
    fields = {"text": text} if isinstance(text, str) else text
    return {
        name: None if words is None else normal_lines(_string(f"text '{name}'", words, LONGEST)) or None
        for name, words in fields.items()
    }


def checked_metadata(metadata: Any) -> dict[str, str | float | None]:
    """Field -> a number or the normal form of a text, None = missing.

    Raises:
        RowError: it is not field -> string or number, not valid text, or infinite.
    """
    if not isinstance(metadata, Mapping):
        raise RowError(f"metadata must be field -> string or number, got {type(metadata).__name__}")
    return {field: _value(f"metadata '{field}'", value) for field, value in metadata.items()}


def _value(what: str, value: Any) -> str | float | None:
    return _plain(what, value, LONGEST) or None if isinstance(value, str) else _number(what, value)


def _number(what: str, value: Any) -> float | None:
    if value is None:
        return None
    try:
        number = value if isinstance(value, float) else float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise RowError(f"{what} must be a string or a number, got {type(value).__name__}") from error
    if math.isinf(number):
        raise RowError(f"{what} is infinite")
    return None if math.isnan(number) else number
