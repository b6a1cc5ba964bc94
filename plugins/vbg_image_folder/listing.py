"""A table of metadata beside the images it describes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from vbg_framework import Rejected
from vbg_framework.toolkit import CellError, Cells, Described, Seen, Table, cell_text, path_inside
from vbg_image_folder import ImageFolderConfig

FILE_NAME = "file_name"


class Listed(NamedTuple):
    """A row.

    Args:
        source: where it stands, below the whole folder.
        name: the path it gives, below the whole folder; "" = none.
        inputs: modality -> raw item.
        cells: column -> cell.
    """

    source: str
    name: str
    inputs: dict[str, Any]
    cells: Cells


class Listing:
    """Reads the rows of a table one by one.

    Args:
        path: the table.
        root: the whole folder, which ids and sources are relative to.
        config: which columns mean what.
        columns: to predict: `id`, `image` or a field -> its column, and any column may be absent; None = to train.

    Raises:
        VBGError: a column that is needed is not there.
    """

    def __init__(
        self, path: Path, root: Path, config: ImageFolderConfig, columns: Mapping[str, str] | None = None
    ) -> None:
        named = {column: FILE_NAME if field == "image" else field for field, column in (columns or {}).items()}
        self.table, self.folder = Table(path, renamed=named), path.parent.resolve()
        self.below = self.folder.relative_to(root)
        self.described = Described({column: (column, None) for column in config.text}, config.metadata)
        labels = [*config.targets.values(), *(name for name in (config.group, config.licence_column) if name)]
        others = labels if columns is None else named.values()
        wanted = [FILE_NAME, *self.described.columns, *others]
        self.columns = list(self.table.find(wanted, required=columns is None))
        self._seen, self._training = Seen(), columns is None

    def rows(self) -> Iterator[Listed | Rejected]:
        """Every row, in order. Without a path its image is None, or absent if no column gives paths."""
        for row in self.table.rows(self.columns):
            if isinstance(row, Rejected):
                yield replace(row, source=(self.below / row.source).as_posix())
                continue
            source, cells = (self.below / row[0]).as_posix(), row[1]
            try:
                yield self._listed(source, cells)
            except CellError as error:
                yield Rejected(source, str(error), str(cells.get(FILE_NAME) or ""))

    def lists(self, path: Path) -> bool:
        """Whether a row that was read gives this path; ask once per path, after the rows."""
        return not self._seen.add(os.path.realpath(path))

    def _listed(self, source: str, cells: Cells) -> Listed:
        inputs: dict[str, Any] = {}
        name = cell_text(FILE_NAME, cells.get(FILE_NAME))
        if FILE_NAME in cells:
            inputs["image"] = self._image(name) if name else None
            self._seen.add(str(inputs["image"]))
        return Listed(source, (self.below / name).as_posix() if name else "", inputs | self.described(cells), cells)

    def _image(self, name: str) -> Path | CellError:
        """In prediction a path that cannot be followed costs the record its picture, not its answer."""
        try:
            return path_inside(self.folder, name)
        except CellError as error:
            if self._training:
                raise
            return error
