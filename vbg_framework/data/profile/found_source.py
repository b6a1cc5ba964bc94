"""What somebody gave: a table, a folder with one table, or pictures in a folder per class."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import SPLITS
from vbg_framework.data.readers.picture_folder import unread, walk
from vbg_framework.data.readers.table import SUFFIXES
from vbg_framework.data.splits.split_words import split_of

MOST_NAMED = 5
EXCHANGE = (".xml", ".rdf", ".jsonld")
"""Files in which museums exchange records."""


class FoundSource(NamedTuple):
    """One of both.

    Args:
        table: the table; None = pictures in class folders.
        folder: of the pictures, or of the table.
        counts: class -> pictures, the most frequent first; empty for a table.
    """

    table: Path | None
    folder: Path
    counts: dict[str, int]


def find_source(path: Path) -> FoundSource:
    """Look what a file or folder is. A folder that holds nothing but one other folder stands for that one.

    Raises:
        VBGError: it is neither, or there is more than one table to choose from.
    """
    if path.suffix.lower() in EXCHANGE:
        raise _exchanged(path)
    if path.is_file():
        return FoundSource(path, path.parent, {})
    if not path.is_dir():
        raise VBGError(str(path), "no such file or folder", "Give a table, a folder or a zip file.")
    inside = [entry for entry in sorted(path.iterdir()) if not entry.name.startswith((".", "__MACOSX"))]
    if len(inside) == 1 and inside[0].is_dir() and len(_classes(path)) < 2:
        return find_source(inside[0])
    tables = [entry for entry in inside if is_table(entry)]
    if len(tables) == 1:
        return FoundSource(tables[0], path, {})
    counts = _classes(path)
    if len(counts) > 1:
        return FoundSource(None, path, counts)
    if records := [entry for entry in inside if entry.suffix.lower() in EXCHANGE]:
        raise _exchanged(records[0])
    raise _neither(path, tables)


def is_table(path: Path) -> bool:
    """Whether a file is of a kind that is read as a table."""
    name = path.name.lower()
    return path.is_file() and not name.startswith("readme") and name.removesuffix(".gz").endswith(SUFFIXES)


def _classes(folder: Path) -> dict[str, int]:
    """Uppermost folder, below those of splits -> the pictures in it."""
    counts: Counter[str] = Counter()
    for path in walk(folder):
        *folders, _ = path.relative_to(folder).parts
        label = folders[1:] if folders and split_of(folders[0], {}) in SPLITS else folders
        if label and unread(path) is None:
            counts[label[0]] += 1
    return dict(counts.most_common())


def _exchanged(path: Path) -> VBGError:
    message = "`{type: lido, path: ..., targets: {type: type}}`, or `edm` or `linked_art` in the place of `lido`"
    return VBGError(str(path), "holds records, not a table", f"Write a data set into registry.yaml: {message}.")


def _neither(path: Path, tables: list[Path]) -> VBGError:
    if tables:
        named = ", ".join(table.name for table in tables[:MOST_NAMED])
        return VBGError(str(path), f"holds {len(tables)} tables ({named})", "Give one of them.")
    fix = "Add a table with a row per object, or a folder of pictures per class."
    return VBGError(str(path), "holds neither a table nor pictures in folders of their classes", fix)
