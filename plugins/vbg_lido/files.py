"""The files of an export."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from vbg_framework import Rejected, Skipped, VBGError
from vbg_framework.toolkit import unread, walk
from vbg_lido.reader import Fields
from vbg_lido.xml_walk import Unreadable


class Format(NamedTuple):
    """A form in which records are exchanged.

    Args:
        name: what it is called.
        suffixes: of its files.
        read: yields field -> values of every record of a file, None for one that was deleted; raises `Unreadable`.
        identity: what the id of a record is called there.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Path], Iterator[Fields | None]]
    identity: str

    def reads(self, path: Path) -> bool:
        """Whether a file is read, going by its name."""
        return path.suffix.lower() in self.suffixes


class Files:
    """One file, or all files of a format below a folder.

    Args:
        named: the file or folder.
        form: their format.

    Attributes:
        folder: the folder, resolved; that of the one file.
        paths: the files, in the order of their paths.

    Raises:
        VBGError: there is no such file.
    """

    def __init__(self, named: Path, form: Format) -> None:
        self.form = form
        is_folder = named.is_dir()
        self.folder = (named if is_folder else named.parent).resolve()
        results = list(walk(self.folder)) if is_folder else [self.folder / named.name]
        self.paths = [path for path in results if form.reads(path) or not is_folder]
        self._others = [path for path in results if is_folder and not form.reads(path)]
        if not self.paths:
            known = " or ".join(form.suffixes)
            raise VBGError(str(named), f"holds no {known} file", f"Give the folder of the {form.name} records.")

    def __iter__(self) -> Iterator[tuple[str, Fields] | Rejected | Skipped]:
        """Yield (`file:number`, fields) per record, and what is none; pictures are those of the records."""
        for path in self.paths:
            yield from self._records(path)
        for path in self._others:
            if reason := unread(path):
                yield Skipped(self._name(path), reason)

    def _records(self, path: Path) -> Iterator[tuple[str, Fields] | Rejected | Skipped]:
        number, name = 0, self._name(path)
        try:
            for number, fields in enumerate(self.form.read(path), 1):
                source = f"{name}:{number}"
                yield Skipped(source, "record was deleted, says the harvest") if fields is None else (source, fields)
        except Unreadable as error:
            yield Rejected(f"{name}:{number + 1}", str(error))

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()
