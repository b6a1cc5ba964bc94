"""Answers of a prediction that is not finished, in a file: begun again, it goes on where it was interrupted."""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from vbg_framework.base.digest import checksums, digest
from vbg_framework.base.regular_file import regular
from vbg_framework.base.version import __version__
from vbg_framework.config.plugin_versions import plugin_versions
from vbg_framework.learning.prediction.about import WEIGHTS
from vbg_framework.learning.prediction.joined import View
from vbg_framework.learning.prediction.plain_record import NotPlain, files, plain
from vbg_framework.learning.prediction.saved import SavedModel, Seen

SUFFIX = ".begun"
"""Behind the name of the table that is going to be written."""


def model_facts(model: SavedModel, folder: Path) -> Any:
    """What the answers of a model depend on besides the records: its files, and the code.

    Args:
        model: the model.
        folder: where it lies.
    """
    held = model.about.get("files") or checksums(folder, [folder / WEIGHTS])  # earlier versions name no files
    return [model.about, held, __version__, plugin_versions(model.resolved)]


def batch_key(facts: str, batch: Seen) -> str | None:
    """What names a batch by its content; None if it holds pictures that are in memory only.

    Of a file in it counts the path, size and time of change.

    Args:
        facts: digest of `model_facts`.
        batch: the views.
    """
    blobs: list[bytes] = []
    try:
        given = [plain(view, blobs) for _, view in batch]
    except NotPlain:
        return None
    held = [hashlib.sha256(each).hexdigest() for each in blobs]
    return digest([facts, given, held, [_state(path) for path in files(given)]])


class KeptAnswers:
    """Lines of a file, each with the answers to a batch; what `SavedModel.spread` takes.

    A line begins with the hash of the rest, so that one that was cut off or damaged is not read.

    Args:
        table: the table that is going to be written; the file lies beside it.
        facts: digest of `model_facts`.
        spread: answers batches that are not in the file, in their order.

    Attributes:
        path: the file; there is none before the first answer.
        found: how many batches an interrupted prediction has left there.
    """

    def __init__(self, table: Path, facts: str, spread: Callable[[Iterable[Seen]], Iterable[list[View]]]) -> None:
        self.path, self.facts, self.spread = table.with_name(table.name + SUFFIX), facts, spread
        self._places = dict(_places(self.path))
        self.found = len(self._places)

    def __call__(self, batches: Iterable[Seen]) -> Iterator[list[View]]:
        """The answers to each batch, in order; those that are not in the file are written into it."""
        named = ((batch_key(self.facts, batch), batch) for batch in batches)
        for known, some in groupby(named, lambda pair: pair[0] in self._places):
            answer = self._remembered if known else self._answered
            yield from answer(some)

    def missing(self, batches: Iterable[Seen]) -> Iterator[tuple[str, Seen]]:
        """Key and content of the batches that can be kept and are not in the file."""
        for batch in batches:
            if (key := batch_key(self.facts, batch)) and key not in self._places:
                yield key, batch

    def keep(self, key: str, answers: str) -> None:
        """Write down what `as_text` made of the answers to a batch."""
        text = f"{key} {answers}"
        line = f"{hashlib.sha256(text.encode()).hexdigest()} {text}\n".encode()
        with regular(self.path).open("ab") as file:
            self._places[key] = file.tell()
            file.write(line)

    def remove(self) -> None:
        """The table is complete."""
        self.path.unlink(missing_ok=True)

    def _remembered(self, some: Iterable[tuple[str | None, Seen]]) -> Iterator[list[View]]:
        return (self._read(key, batch) for key, batch in some if key)

    def _answered(self, some: Iterable[tuple[str | None, Seen]]) -> Iterator[list[View]]:
        keys: deque[str | None] = deque()

        def batches() -> Iterator[Seen]:
            for key, batch in some:
                keys.append(key)
                yield batch

        for views in self.spread(batches()):
            if key := keys.popleft():
                self.keep(key, as_text(views))
            yield views

    def _read(self, key: str, batch: Seen) -> list[View]:
        with self.path.open("rb") as file:
            file.seek(self._places[key])
            given = json.loads(file.readline().split(b" ", 2)[2])
        return [_view(row, *each) for (row, _), each in zip(batch, given, strict=True)]


def as_text(views: Iterable[View]) -> str:
    """Views in one line of JSON, from which they come back as they were."""
    given = []
    for _, name, read, problems, absent, said, traits in views:
        kept = None if said is None else {task: [str(each.dtype), each.tolist()] for task, each in said.items()}
        given.append([name, read, list(problems), list(absent), kept, dict(traits)])
    return json.dumps(given)


def _view(row: int, name: str, read: int, problems: Any, absent: Any, kept: Any, traits: Any) -> View:
    said = None if kept is None else {task: np.array(values, kind) for task, (kind, values) in kept.items()}
    return View(row, name, read, problems, absent, said, traits)


def _places(path: Path) -> Iterator[tuple[str, int]]:
    """Key and place of each line that is whole; a last one that was cut off is taken away."""
    if not path.exists():
        return
    with regular(path).open("r+b") as file:
        place = 0
        for line in file:
            if not line.endswith(b"\n"):
                break
            if key := _whole(line):
                yield key, place
            place += len(line)
        _cut(file, place)


def _whole(line: bytes) -> str | None:
    """The key of a line, if the line is what was written."""
    said, _, text = line.rstrip(b"\n").partition(b" ")
    same = hashlib.sha256(text).hexdigest().encode() == said
    return text.partition(b" ")[0].decode() if same else None


def _cut(file: BinaryIO, place: int) -> None:
    file.seek(place)
    file.truncate()


def _state(path: str) -> list[int] | None:
    """Size and time of change of a file; None if there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return [found.st_size, found.st_mtime_ns]
