"""What the folders of a collection mean: splits, classes, or pictures without a label."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from vbg_framework import SPLITS, VBGError
from vbg_framework.toolkit import folded, is_system, split_of, unread, walk

TABLES = ("metadata.csv", "metadata.jsonl", "metadata.parquet")
UNLABELLED = ("unlabelled", "unlabeled")
"""Names of folders that are no class, in lower case."""
LOOSE = "picture lies in no folder of a class"
NO_LABEL = "picture lies in a folder of unlabelled ones"


class Place(NamedTuple):
    """Where a picture lies: the source's own split of it, or None, and the folder of its class."""

    split: str | None
    label: str


class Layout:
    """Reads the uppermost folders once; what they mean follows from all of them together.

    They are splits if all that hold pictures are called like splits, and classes if none is.

    Args:
        folder: the whole.

    Attributes:
        splits: folder of a split -> that split; empty = there are none.
        tables: table of metadata -> the split of its folder.

    Raises:
        VBGError: some folders are called like splits and others are not, a class is called like a split, or a folder
            holds two tables.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        root = table_in(folder)
        self.splits: Mapping[Path, str] = {} if root else _splits(folder)
        parts = {path: table for path in self.splits if (table := table_in(path))}
        self.tables = {root: None} if root else {table: self.splits[path] for path, table in parts.items()}
        if not self.tables:
            _check_classes(folder, self.splits)

    @property
    def has_classes(self) -> bool:
        """Whether there is a folder where classes are looked for."""
        return any(True for part in self.splits or [self.folder] for _ in subfolders(part))

    def place(self, path: Path) -> Place | str:
        """Where a picture lies, or why it has no class."""
        first, *rest = path.relative_to(self.folder).parts
        split = self.splits.get(self.folder / first)
        folders = (rest if split else [first, *rest])[:-1]
        if not folders:
            return LOOSE
        return NO_LABEL if _is_unlabelled(folders[0]) else Place(split, folders[0])


def subfolders(folder: Path) -> Iterator[Path]:
    """The folders in a folder, by name; system folders and links left out."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False) and not is_system(entry.name):
            yield Path(entry.path)


def every_folder(folder: Path) -> Iterator[Path]:
    """A folder and all below it."""
    yield folder
    for below in subfolders(folder):
        yield from every_folder(below)


def table_in(folder: Path) -> Path | None:
    """The table of metadata that lies in a folder.

    Raises:
        VBGError: there are several.
    """
    results = [path for name in TABLES if (path := folder / name).is_file()]
    if len(results) > 1:
        raise VBGError(str(folder), "holds more than one table of metadata", f"Keep one of {', '.join(TABLES)}.")
    return results[0] if results else None


def _splits(folder: Path) -> dict[Path, str]:
    full = [below for below in subfolders(folder) if not _is_unlabelled(below.name) and _is_full(below)]
    splits = {below: split for below in full if (split := split_of(below.name, {})) in SPLITS}
    others = [below.name for below in full if below not in splits]
    if splits and others:
        what = f"some folders are called like splits ({_names(splits)}), others are not ({', '.join(others[:5])})"
        fix = "Rename those that are classes, put all classes into the splits, or take the others away."
        raise VBGError(str(folder), what, fix)
    return {below: split for below, split in splits.items() if split}


def _check_classes(folder: Path, splits: Mapping[Path, str]) -> None:
    parts = list(splits) or [folder]
    classes = [each for part in parts for each in subfolders(part) if not _is_unlabelled(each.name) and _is_full(each)]
    if wrong := [each for each in classes if split_of(each.name, {}) in SPLITS]:
        what = f"a folder inside the splits is called like a split, got '{wrong[0].relative_to(folder).as_posix()}'"
        raise VBGError(str(folder), what, "Below a split lie the folders of the classes: move or rename it.")
    if classes and not splits and all(_holds_only_splits(each) for each in classes):
        what = f"the splits lie inside other folders ({_names(classes)})"
        raise VBGError(str(folder), what, "Give the folder of the splits, or put the classes into them: train/bowl.")


def _holds_only_splits(folder: Path) -> bool:
    full = [below for below in subfolders(folder) if _is_full(below)]
    inside = all(split_of(below.name, {}) in SPLITS for below in full)
    return bool(full) and inside and not any(unread(Path(entry)) is None for entry in os.scandir(folder))


def _names(folders: Mapping[Path, str] | list[Path]) -> str:
    return ", ".join(path.name for path in list(folders)[:5])


def _is_unlabelled(name: str) -> bool:
    return folded(name) in UNLABELLED


def _is_full(folder: Path) -> bool:
    """Whether there is a picture in it, or a table of them."""
    return any((folder / name).is_file() for name in TABLES) or any(unread(path) is None for path in walk(folder))
