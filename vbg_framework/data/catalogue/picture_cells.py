"""Where the picture of a row is: in one of its cells, or in a file whose path follows from them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vbg_framework.data.catalogue.cells import CellError, cell_text
from vbg_framework.data.catalogue.path import SHOWN, path_inside

Picture = Path | bytes | CellError | None
BRACES = re.compile(r"\{([^{}]+)\}")
"""A column named in a pattern such as `{id}.png`."""
SEVERAL = re.compile(r"\.\w{2,5}\s*[;|,\n]\s*\S.*\.\w{2,5}\s*", re.DOTALL)
"""Where a first path ends and others follow."""
VIEWS = "Give each picture a row of its own, and all of an object the same `group`"


@dataclass(frozen=True)
class Pictures:
    """Turns the cells of a row into the input `image` of a record, or into another one that files hold.

    Args:
        folder: the folder below which pictures lie, resolved.
        pattern: path of the picture, with columns in braces (`images/{id}.jpg`); "" = none.
        column: column of the picture itself or of its path, which comes first; "" = none.
        finds: whether a file is there; `Dataset.finds`, which notices when it comes later.
        required: whether a picture that cannot be followed is raised; otherwise its `CellError` stands in its place,
            so that it costs the record its picture only: for prediction.
        modality: what the files hold.
    """

    folder: Path
    pattern: str = ""
    column: str = ""
    finds: Callable[[Path], bool] = Path.is_file
    required: bool = True
    modality: str = "image"

    @property
    def braces(self) -> list[str]:
        """The columns in the braces of the pattern, in order."""
        return BRACES.findall(self.pattern)

    def __call__(self, cells: Mapping[str, Any]) -> dict[str, Picture]:
        """`{"image": picture}` or another modality, None if there is none.

        Empty if neither the column nor those in the braces are there.

        Raises:
            CellError: a path leaves the folder, or a cell is neither text nor a number; only if `required`.
        """
        try:
            return self._read(cells)
        except CellError as problem:
            error = CellError(str(problem).replace("image path", f"{self.modality} path", 1))
            if self.required:
                raise error from problem
            return {self.modality: error}

    def _read(self, cells: Mapping[str, Any]) -> dict[str, Picture]:
        held = self._held(cells[self.column]) if self.column in cells else None
        if held is None and self.pattern and all(column in cells for column in self.braces):
            return {self.modality: self._found(cells)}
        return {self.modality: held} if self.column in cells else {}

    def _held(self, cell: Any) -> Path | bytes | None:
        """What a cell holds: bytes, a path, or both, as `datasets` stores images."""
        if isinstance(cell, Mapping):
            cell = cell.get("bytes") or cell.get("path")
        if isinstance(cell, bytes):
            return cell or None
        if isinstance(cell, list | tuple):
            if len(cell) > 1:
                raise CellError(f"column '{self.column}' holds several pictures, got {len(cell)}. {VIEWS}")
            return self._held(cell[0]) if cell else None
        path = cell_text(self.column, cell)
        return self._followed(path) if path else None

    def _followed(self, path: str) -> Path:
        """The file a path means, unless it is several paths."""
        file = path_inside(self.folder, path)
        if SEVERAL.search(path) and not os.path.isfile(file):
            raise CellError(f"column '{self.column}' holds several pictures, got {path[:SHOWN]!r}. {VIEWS}")
        return file

    def _found(self, cells: Mapping[str, Any]) -> Path | None:
        """The file the pattern means, if it is there."""
        names = {column: cell_text(column, cells[column]) or "" for column in self.braces}
        if not all(names.values()):
            return None
        path = path_inside(self.folder, BRACES.sub(lambda found: names[found[1]], self.pattern))
        return path if self.finds(path) else None
