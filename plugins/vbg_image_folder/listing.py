"""A table of metadata beside the images it describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from vbg_framework.data.cells import CellError, cell_text, path_inside
from vbg_framework.data.described import Described
from vbg_framework.data.table import Cells, Table
from vbg_framework.data.tally import Seen
from vbg_framework.errors import VBGError, did_you_mean
from vbg_framework.record import Rejected
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
        self.table, self.folder = Table(path), path.parent.resolve()
        self.below = self.folder.relative_to(root)
        self.described = Described({column: (column, None) for column in config.text}, config.metadata)
        self._seen = Seen()
        found = self.table.columns()
        if columns is None:
            self.columns = _needed(path, found, self.described, config)
        else:
            self.columns = _wanted(path, found, self.described, columns)

    def rows(self) -> Iterator[Listed | Rejected]:
        """Every row, in order. Without a path its image is None, or absent if no column gives paths."""
        for row in self.table.rows(list(self.columns.values())):
            source = (self.below / (row.source if isinstance(row, Rejected) else row[0])).as_posix()
            try:
                yield Rejected(source, row.reason) if isinstance(row, Rejected) else self._listed(source, row[1])
            except CellError as error:
                yield Rejected(source, str(error))

    def lists(self, path: Path) -> bool:
        """Whether a row that was read gives this path; ask once per path, after the rows."""
        return not self._seen.add(str(path.resolve()))

    def _listed(self, source: str, found: Cells) -> Listed:
        cells = {name: found[column] for name, column in self.columns.items()}
        inputs: dict[str, Any] = {}
        name = cell_text(FILE_NAME, cells.get(FILE_NAME))
        if FILE_NAME in cells:
            inputs["image"] = path_inside(self.folder, name) if name else None
            self._seen.add(str(inputs["image"]))
        return Listed(source, (self.below / name).as_posix() if name else "", inputs | self.described(cells), cells)


def _needed(path: Path, found: list[str], described: Described, config: ImageFolderConfig) -> dict[str, str]:
    others = [name for name in (config.group, config.licence_column) if name]
    columns = [FILE_NAME, *config.targets.values(), *described.columns, *others]
    return {column: _known(path, column, found) for column in columns}


def _wanted(path: Path, found: list[str], described: Described, columns: Mapping[str, str]) -> dict[str, str]:
    """What is called `id` or `image` in `columns`, and the fields that are there."""
    named = {FILE_NAME if field == "image" else field: _known(path, name, found) for field, name in columns.items()}
    return {column: column for column in (FILE_NAME, *described.columns) if column in found} | named


def _known(path: Path, column: str, found: list[str]) -> str:
    if column not in found:
        raise VBGError(str(path), f"no column '{column}'", did_you_mean(column, found))
    return column
