"""A folder of pictures without anything beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from vbg_framework.data.cells import CellError, path_inside
from vbg_framework.data.image import SUFFIXES
from vbg_framework.record import Dataset, Record, Rejected, Skipped, Task

SYSTEM = ("__MACOSX", "Thumbs.db", "desktop.ini")
"""What operating systems leave in folders; it is never data, like all that begins with a dot."""


class PictureFolder(Dataset):
    """Reads every picture below a folder, in the order of the paths; its id is its path.

    Args:
        folder: the folder.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(None)
        self.folder = folder.resolve()

    @property
    def tasks(self) -> Sequence[Task]:
        """None."""
        return ()

    def records(self) -> Iterator[Record | Rejected | Skipped]:
        """Yield a record per picture, and say of every other file that it was skipped."""
        for path in walk(self.folder):
            name = path.relative_to(self.folder).as_posix()
            if (reason := unread(path)) is not None:
                yield Skipped(name, reason)
                continue
            try:
                yield Record(name, {"image": path_inside(self.folder, name)}, source=name)
            except CellError as error:
                yield Rejected(name, str(error))


def walk(folder: Path) -> Iterator[Path]:
    """The files below a folder, by name; hidden ones, system folders and links to folders are left out."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if is_system(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from walk(Path(entry.path))
        else:
            yield Path(entry.path)


def is_system(name: str) -> bool:
    """Whether a file or folder is hidden or was left there by an operating system."""
    return name.startswith(".") or name in SYSTEM


def unread(path: Path) -> str | None:
    """Why a file is not read as a picture; None = it is."""
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return None
    return f"file is of another kind ({suffix})" if suffix else "file has no suffix"
