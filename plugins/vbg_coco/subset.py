"""The pictures of a subset, one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from vbg_coco.annotations import Id, Malformed, key_of, text_of
from vbg_coco.layout import picture
from vbg_coco.stream import json_items
from vbg_framework import Rejected, Skipped
from vbg_framework.toolkit import CellError, unread, walk


class Picture(NamedTuple):
    """A picture that is annotated.

    Args:
        source: where it stands.
        id: its id.
        file: the file.
        item: everything the file says about it.
    """

    source: str
    id: Id
    file: Path
    item: Mapping[str, Any]


class Subset:
    """The annotated pictures of a subset, then what else lies in its folder.

    Args:
        folder: folder of the whole.
        name: the subset.
        path: the annotation file whose list of images is read.
    """

    def __init__(self, folder: Path, name: str, path: Path) -> None:
        self.folder, self.name, self.path = folder, name, path

    def __iter__(self) -> Iterator[Picture | Rejected | Skipped]:
        """Yield a picture per image, in the order of the annotation file."""
        named: set[str] = set()
        for number, (_, item) in enumerate(json_items(self.path, ["images"]), 1):
            known = item.get("id", number) if isinstance(item, Mapping) else number
            source = f"{self.path.name}: image {known}"
            try:
                file = picture(self.folder, self.name, text_of(item, "file_name"))
                named.add(str(file))
                yield Picture(source, key_of(item, "id"), file, item)
            except (Malformed, CellError) as error:
                yield Rejected(source, str(error))
        yield from self._others(named)

    def _others(self, named: set[str]) -> Iterator[Skipped]:
        folder = self.folder / self.name
        for path in walk(folder) if folder.is_dir() else ():
            if os.path.realpath(path) not in named:
                source = path.relative_to(self.folder).as_posix()
                yield Skipped(source, unread(path) or "picture is not in the annotations")
