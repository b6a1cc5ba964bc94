"""A table whose columns are called like the fields of a model: what is read where no data set knows the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Dataset, Record, Rejected, Task
from vbg_framework.data.catalogue.cells import CellError, cell_text
from vbg_framework.data.catalogue.described import Described
from vbg_framework.data.catalogue.picture_cells import Pictures
from vbg_framework.data.readers.table import Cells, Table


class FieldTable(Dataset):
    """Reads `id`, `image` (a path beside the table, or the picture), other modalities that files hold, and the fields.

    Each is read from the column of its name.

    Args:
        path: the table.
        text, metadata: the fields.
        columns: field -> its column, where they differ.
        others: modalities besides `image` that files hold.

    Raises:
        VBGError: no column is known.
    """

    def __init__(
        self,
        path: Path,
        text: Sequence[str],
        metadata: Sequence[str],
        columns: Mapping[str, str],
        others: Iterable[str] = (),
    ) -> None:
        super().__init__(None)
        self.table = Table(path, renamed={column: field for field, column in columns.items()})
        folder = path.parent.resolve()
        self.files = [Pictures(folder, column=name, modality=name) for name in ("image", *others)]
        self.described = Described({field: (field, None) for field in text}, metadata)
        wanted = [*(files.column for files in self.files), *self.described.columns]
        self.columns = list(self.table.find(["id", *wanted], required=False))
        if not {*self.columns} - {"id"}:
            fix = "Name them: --column FIELD=COLUMN."
            raise VBGError(str(path), f"no column for any of {', '.join(wanted)}", fix)

    @property
    def tasks(self) -> Sequence[Task]:
        """None."""
        return ()

    def remarks(self) -> list[str]:
        """How the file was read, where nobody said so."""
        return [told] if (told := self.table.manner()) else []

    def records(self) -> Iterator[Record | Rejected]:
        """Yield a record per row, in the order of the table."""
        for row in self.table.rows(self.columns):
            yield row if isinstance(row, Rejected) else self._record(*row)

    def _record(self, source: str, cells: Cells) -> Record | Rejected:
        try:
            inputs: dict[str, Any] = dict(self.described(cells))
            for files in self.files:
                inputs |= files(cells)
            return Record(cell_text("id", cells.get("id")) or source, inputs, source=source)
        except CellError as error:
            return Rejected(source, str(error), str(cells.get("id") or ""))
