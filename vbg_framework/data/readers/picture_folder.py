"""A folder of pictures, or of other files, without anything beside them."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path, PurePath

from vbg_framework.contracts.record import Dataset, Record, Rejected, Skipped, Task
from vbg_framework.data.catalogue.cells import CellError, path_inside
from vbg_framework.data.pictures.formats import SUFFIXES, remedy

SYSTEM = (
    *("__macosx", "@eadir", "#recycle", "$recycle.bin", "system volume information", "lost+found", "__pycache__"),
    *("thumbs.db", "ehthumbs.db", "desktop.ini"),
)
"""What operating systems leave in folders, in lower case; it is never data, like all that begins with a dot."""
SUFFIX = re.compile(r"\.(?=.*[a-z])[a-z0-9]{1,8}")
"""What names a kind of file, in lower case: not the `.12` of an object number."""


class PictureFolder(Dataset):
    """Reads every file of a modality below a folder, in the order of the paths; its id is its path.

    Args:
        folder: the folder.
        suffixes: of the files that are read, in lower case.
        modality: what they hold.
    """

    def __init__(self, folder: Path, suffixes: Collection[str] = SUFFIXES, modality: str = "image") -> None:
        super().__init__(None)
        self.folder, self.suffixes, self.modality = folder.resolve(), suffixes, modality

    @property
    def tasks(self) -> Sequence[Task]:
        """None."""
        return ()

    def records(self) -> Iterator[Record | Rejected | Skipped]:
        """Yield a record per file of the modality, and say of every other one that it was skipped."""
        for path in walk(self.folder):
            name = path.relative_to(self.folder).as_posix()
            if (reason := unread(path, self.suffixes)) is not None:
                yield Skipped(name, reason)
                continue
            try:
                yield Record(name, {self.modality: path_inside(self.folder, name)}, source=name)
            except CellError as error:
                yield Rejected(name, str(error))


def walk(folder: Path) -> Iterator[Path]:
    """The files below a folder, by name; hidden ones and system folders are left out, links to folders not entered."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if is_system(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from walk(Path(entry.path))
        else:
            yield Path(entry.path)


def is_system(name: str) -> bool:
    """Whether a file or folder is hidden or was left there by an operating system."""
    return name.startswith(".") or name.lower() in SYSTEM


def unread(path: Path, suffixes: Collection[str] = SUFFIXES) -> str | None:
    """Why what `walk` found is not read as a file with one of these suffixes; None = it is."""
    if path.suffix.lower() in suffixes:
        return None
    return "link to a folder, not followed" if path.is_dir() else other_kind(path.name)


def other_kind(name: str) -> str:
    """The reason not to read a file of a kind that nobody asked for, the same for all of its kind."""
    suffix = PurePath(name).suffix.lower()
    read = f", read after {result}" if (result := remedy(suffix)) else ""
    return f"file is of another kind ({suffix}{read})" if SUFFIX.fullmatch(suffix) else "file has no suffix"
