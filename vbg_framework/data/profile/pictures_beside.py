"""Where the pictures that a table names lie: beside it, or in a folder beside it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from vbg_framework.data.catalogue.cells import CellError, path_inside
from vbg_framework.data.catalogue.picture_cells import several
from vbg_framework.data.pictures.formats import SUFFIXES
from vbg_framework.data.readers.picture_folder import is_system

SAMPLE = 200  # paths that are looked for
MOST_FOLDERS = 100


class Beside(NamedTuple):
    """Where pictures are.

    Args:
        folder: relative to the table's own, `.` = that one.
        found: how many of the paths that were looked for are there.
        tried: how many were looked for.
    """

    folder: str
    found: int
    tried: int


def folder_of(paths: Sequence[str], home: Path) -> Beside:
    """The folder below which most of these paths lie; of several the nearest."""
    tried = [view for path in sorted(paths)[:SAMPLE] for view in several(path) or [path]]
    places = [".", *islice(_folders(home), MOST_FOLDERS)]
    results = {folder: sum(_is_there(home / folder, path) for path in tried) for folder in places}
    best = max(places, key=lambda place: results[place])
    return Beside(best, results[best], len(tried))


def pattern_of(ids: Sequence[str], home: Path) -> str:
    """`photos/*.jpg` with the star where an id stands, if at least half of the ids are names of pictures; else ""."""
    wanted = set(ids)
    counts: Counter[str] = Counter()
    for place in [".", *islice(_folders(home), MOST_FOLDERS)]:
        for entry in os.scandir(home / place):
            stem, suffix = os.path.splitext(entry.name)
            if suffix.lower() in SUFFIXES and stem in wanted:
                counts[f"{'' if place == '.' else place + '/'}*{suffix}"] += 1
    best = min(counts, key=lambda pattern: (-counts[pattern], pattern), default="")
    return best if counts[best] >= len(wanted) / 2 else ""


def _folders(home: Path) -> Iterator[str]:
    """Folders beside a table, and those in them."""
    for path in sorted(path for path in home.iterdir() if path.is_dir() and not is_system(path.name)):
        yield path.name
        yield from (f"{path.name}/{sub.name}" for sub in sorted(path.iterdir()) if sub.is_dir())


def _is_there(folder: Path, path: str) -> bool:
    try:
        return os.path.isfile(path_inside(folder.resolve(), path))
    except CellError:
        return False
