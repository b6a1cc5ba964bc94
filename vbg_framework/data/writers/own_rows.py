"""The cells of a table that is predicted, so that its answers can stand beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from vbg_framework.data.catalogue.cells import CellError, cell_text
from vbg_framework.data.readers.lines import writable
from vbg_framework.data.readers.table import Cells, Table

GIVEN = " (given)"
"""Behind the name of a column that is called like one of the answers."""


class OwnRows:
    """Takes the rows of a table while records are read from it, and gives each back when its record is answered.

    Args:
        table: the table; None = the records come from elsewhere, and there are no cells.
        answers: columns of the answers, whose names are taken.
        identity: column of the id, which is an answer already if it is called `id`.

    Attributes:
        columns: the table's columns, as they are called beside the answers -> as the table calls them.
    """

    def __init__(self, table: Table | None, answers: Sequence[str], identity: str = "") -> None:
        self.columns: dict[str, str] = {}
        for name in table.columns() if table else ():
            if name.strip() and not name == identity == "id":
                self.columns.setdefault(name + GIVEN if name in answers else name, name)
        self._rows: dict[str, Cells] = {}
        if table:
            table.watchers.append(self._rows.__setitem__)

    def cells(self, source: str) -> dict[str, str | None]:
        """The cells of the row that was read there; rows before it are passed over."""
        result = self._rows.get(source, {})
        while source in self._rows:
            del self._rows[next(iter(self._rows))]
        return {shown: _text(result.get(name)) for shown, name in self.columns.items()}


def _text(cell: Any) -> str | None:
    if isinstance(cell, str):
        return writable(cell)
    if isinstance(cell, bytes) or (isinstance(cell, Mapping) and isinstance(cell.get("bytes"), bytes)):
        return None
    try:
        return cell_text("", cell)
    except CellError:
        return json.dumps(cell, ensure_ascii=False, default=str)
