"""The picture files that a preparation looked at, and which of them are others by now.

A table of a collection stays as it is when a picture beside it is mended, added or taken away. So every picture file
is written down with its size and time, those that were not there included, and looked at again before what was prepared
is used: with `stat` alone, no picture is opened.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from vbg_framework.contracts.record import Record, Rejected, Skipped
from vbg_framework.data.catalogue.path import Address
from vbg_framework.data.preparation.journal import BATCH, Journal

FILE = "pictures.parquet"
SCHEMA = pa.schema([("path", pa.binary()), ("size", pa.int64()), ("mtime_ns", pa.int64())])
"""`path` is absolute, in the bytes of the file system; null = there was no such file."""
NAMED = 2  # pictures in a sentence
WORDS = ("text", "metadata")  # inputs that are no files
WORKERS = 8  # threads that wait for the file system, which may be on the network


class Look(NamedTuple):
    """What a picture file was like.

    Args:
        path: absolute.
        size: bytes; None = there was no such file.
        mtime_ns: when it was last written; None likewise.
    """

    path: str
    size: int | None = None
    mtime_ns: int | None = None


def look(path: str | bytes) -> Look:
    """Look at a file; what is no file counts as missing.

    Args:
        path: absolute.
    """
    name = os.fsdecode(path)
    try:
        result = os.stat(path)
    except OSError:
        return Look(name)
    return Look(name, result.st_size, result.st_mtime_ns) if stat.S_ISREG(result.st_mode) else Look(name)


def looks(item: Record | Rejected | Skipped, missed: Iterable[Path]) -> tuple[Look, ...]:
    """What an item of a source depends on: the files it names, a picture first of all, and those not found."""
    inputs = item.inputs if isinstance(item, Record) else {}
    values = [each.file if isinstance(each, Address) else each for name, each in inputs.items() if name not in WORDS]
    paths = [each for each in values if isinstance(each, str | Path)]
    return (*absent(missed), *(look(name) for path in paths if (name := _absolute(path))))


def absent(paths: Iterable[Path]) -> tuple[Look, ...]:
    """Looks at files that were not there."""
    return tuple(Look(name) for path in paths if (name := _absolute(path)))


def _absolute(path: str | Path) -> str:
    """The path as it may be asked for again; empty if no file can be called so."""
    name = os.path.abspath(path)
    try:
        return "" if b"\0" in os.fsencode(name) else name
    except UnicodeEncodeError:
        return ""


class Pictures:
    """Writes `pictures.parquet` (path, size, mtime_ns), in constant memory.

    Args:
        folder: where it goes; until `close` the looks stand in a `.jsonl` file.
        size: what `commit` returned, to go on from there.
    """

    def __init__(self, folder: Path, size: int = 0) -> None:
        self._journal = Journal(folder / FILE, size)

    def add(self, seen: Iterable[Look]) -> None:
        """Write down some looks."""
        for each in seen:
            self._journal.add(each._asdict())

    def changed(self) -> bool:
        """Whether a picture is another one than when it was written down."""
        return any(look(row["path"]) != Look(**row) for row in self._journal.rows())

    def commit(self) -> int:
        """Have everything on the disk; return the size of the file."""
        return self._journal.commit()

    def close(self) -> None:
        """Write the file."""
        self._journal.close(SCHEMA, _cells)

    def abandon(self) -> None:
        """Close the file that is being written."""
        self._journal.abandon()


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "path": os.fsencode(row["path"])}


def news(folder: Path) -> str:
    """How the pictures of a prepared data set differ from what was written down, in words; empty if they do not.

    Raises:
        OSError: nothing was written down.
    """
    kinds: dict[str, set[str]] = {}
    with pq.ParquetFile(folder / FILE) as parquet, ThreadPoolExecutor(WORKERS) as pool:
        for others in pool.map(_others, parquet.iter_batches(BATCH)):
            for kind, path in others:
                kinds.setdefault(kind, set()).add(path)
    if not kinds:
        return ""
    lines = [f"{len(paths)} {'picture' if len(paths) == 1 else 'pictures'} {kind}" for kind, paths in kinds.items()]
    some = sorted(set().union(*kinds.values()))
    names = ["/".join(Path(path).parts[-2:]) for path in some[:NAMED]] + ["..."] * (len(some) > NAMED)
    return f"{', '.join(lines)} ({', '.join(names)})"


def _others(batch: pa.RecordBatch) -> list[tuple[str, str]]:
    """The pictures of a batch that are others now, with what became of them."""
    results = []
    for path, *facts in zip(*(column.to_pylist() for column in batch.columns), strict=True):
        before, now = Look(os.fsdecode(path), *facts), look(path)
        if now != before:
            kind = "came" if before.size is None else "went" if now.size is None else "changed"
            results.append((kind, before.path))
    return results
