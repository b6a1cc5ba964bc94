"""A table of metadata beside the images it describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from vbg_framework.data.cells import CellError, cell_text, path_inside
from vbg_framework.data.described import Described
from vbg_framework.data.table import Cells, Table
from vbg_framework.data.tally import Seen
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
        named = {column: FILE_NAME if field == "image" else field for field, column in (columns or {}).items()}
        self.table, self.folder = Table(path, renamed=named), path.parent.resolve()
        self.below = self.folder.relative_to(root)
        self.described = Described({column: (column, None) for column in config.text}, config.metadata)
        labels = [*config.targets.values(), *(name for name in (config.group, config.licence_column) if name)]
        others = labels if columns is None else named.values()
        wanted = [FILE_NAME, *self.described.columns, *others]
        self.columns = list(self.table.find(wanted, required=columns is None))
        self._seen = Seen()

    def rows(self) -> Iterator[Listed | Rejected]:
        """Every row, in order. Without a path its image is None, or absent if no column gives paths."""
        for row in self.table.rows(self.columns):
            source = (self.below / (row.source if isinstance(row, Rejected) else row[0])).as_posix()
            try:
                yield Rejected(source, row.reason) if isinstance(row, Rejected) else self._listed(source, row[1])
            except CellError as error:
                yield Rejected(source, str(error))

    def lists(self, path: Path) -> bool:
        """Whether a row that was read gives this path; ask once per path, after the rows."""
        return not self._seen.add(str(path.resolve()))

    def _listed(self, source: str, cells: Cells) -> Listed:
        inputs: dict[str, Any] = {}
        name = cell_text(FILE_NAME, cells.get(FILE_NAME))
        if FILE_NAME in cells:
            inputs["image"] = path_inside(self.folder, name) if name else None
            self._seen.add(str(inputs["image"]))
        return Listed(source, (self.below / name).as_posix() if name else "", inputs | self.described(cells), cells)
