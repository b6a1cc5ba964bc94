"""Where the pictures of a row are: in one of its cells, or in a file whose path follows from them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from vbg_framework.data.catalogue.cells import CellError, cell_text
from vbg_framework.data.catalogue.path import path_inside
from vbg_framework.data.pictures.formats import SUFFIXES, UNREAD_SUFFIXES

Picture = Path | bytes | CellError | None
"""A picture, why it cannot be followed, or none."""
BRACES = re.compile(r"\{([^{}]+)\}")
"""A column named in a pattern such as `{id}.png`."""
PICTURES = {*SUFFIXES, *UNREAD_SUFFIXES}
SEPARATORS = "\n|;,"
"""What may stand between the paths of several pictures."""


@dataclass(frozen=True)
class Pictures:
    """Turns the cells of a row into the input `image` of a record, or into another one that files hold.

    Args:
        folder: the folder below which pictures lie, resolved.
        pattern: path of the picture, with columns in braces (`images/{id}.jpg`); "" = none.
        column: column of the picture itself or of its path, which comes first; "" = none.
        finds: whether a file is there; `Dataset.finds`, which notices when it comes later.
        modality: what the files hold.
    """

    folder: Path
    pattern: str = ""
    column: str = ""
    finds: Callable[[Path], bool] = Path.is_file
    modality: str = "image"

    @property
    def braces(self) -> list[str]:
        """The columns in the braces of the pattern, in order."""
        return BRACES.findall(self.pattern)

    def __call__(self, cells: Mapping[str, Any]) -> dict[str, Picture | list[Picture]]:
        """`{"image": picture}` or another modality, None if there is none.

        Empty if neither the column nor those in the braces are there.

        A list holds several pictures, the views of one object. The `CellError` of a picture that cannot be followed
        stands in its place: whether that costs the record is for the core to say.
        """
        try:
            return self._read(cells)
        except CellError as error:
            return {self.modality: self._told(error)}

    def _told(self, error: CellError) -> CellError:
        """The same problem, in words of the modality."""
        if self.modality == "image":
            return error
        return CellError(str(error).replace("image path", f"{self.modality} path", 1))

    def _read(self, cells: Mapping[str, Any]) -> dict[str, Picture | list[Picture]]:
        held = self._held(cells[self.column]) if self.column in cells else None
        if held is None and self.pattern and all(column in cells for column in self.braces):
            return {self.modality: self._found(cells)}
        return {self.modality: held} if self.column in cells else {}

    def _held(self, cell: Any) -> Picture | list[Picture]:
        """What a cell holds: bytes, a path, or both, as `datasets` stores images; or several of them."""
        if isinstance(cell, Mapping):
            cell = cell.get("bytes") or cell.get("path")
        if isinstance(cell, bytes):
            return cell or None
        if isinstance(cell, list | tuple):
            if self.modality != "image" and len(cell) > 1:
                raise CellError(f"{self.modality} path names several files, got {len(cell)}")
            views: list[Picture] = [view for each in cell if (view := self._view(each)) is not None]
            return views if len(views) > 1 else views[0] if views else None
        path = cell_text(self.column, cell)
        return self._followed(path) if path else None

    def _view(self, cell: Any) -> Picture:
        """One of several pictures."""
        try:
            if isinstance(cell, list | tuple):
                raise CellError(f"column '{self.column}' holds lists of lists of pictures")
            return self._one(self._held(cell))
        except CellError as error:
            return error

    def _followed(self, path: str) -> Picture | list[Picture]:
        """The file a path means, or those that several paths mean."""
        parts = several(path)
        try:
            file = path_inside(self.folder, path)
        except CellError:
            if not parts:
                raise
        else:
            if not parts or os.path.isfile(file):
                return file
        return self._held(parts)

    def _one(self, held: Picture | list[Picture]) -> Picture:
        return held[0] if isinstance(held, list) else held

    def _found(self, cells: Mapping[str, Any]) -> Path | None:
        """The file the pattern means, if it is there."""
        names = {column: cell_text(column, cells[column]) or "" for column in self.braces}
        if not all(names.values()):
            return None
        path = path_inside(self.folder, BRACES.sub(lambda result: names[result[1]], self.pattern))
        return path if self.finds(path) else None


def several(cell: str) -> list[str]:
    """The paths in a text that lists several, apart by one of `SEPARATORS`; none if it is one."""
    for sign in SEPARATORS:
        parts = [part.strip() for part in cell.split(sign) if part.strip()]
        if len(parts) > 1 and all(PurePath(part).suffix.lower() in PICTURES for part in parts):
            return parts
    return []
