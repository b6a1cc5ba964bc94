"""Which cells of a row are catalogue text and which are structured metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vbg_framework.data.catalogue.cells import cell_parts, cell_value
from vbg_framework.data.catalogue.number import Mark


class Described:
    """Turns the cells of a row into the inputs `text` and `metadata` of a record.

    Args:
        text: field -> (column, what stands between the values of a cell that holds several; None = it holds one).
        metadata: fields, each called like its column.
        decimal: see `parse_number`.
    """

    def __init__(
        self, text: Mapping[str, tuple[str, str | None]], metadata: Iterable[str], decimal: Mark = "."
    ) -> None:
        self.text, self.metadata, self.decimal = dict(text), list(metadata), decimal

    @property
    def columns(self) -> list[str]:
        """Every column that is read, once, in order."""
        return list(dict.fromkeys([*(column for column, _ in self.text.values()), *self.metadata]))

    def __call__(self, cells: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Modality -> field -> value; "" = missing. A field whose column is not there is left out.

        Raises:
            CellError: a cell holds neither text nor a number nor a date.
        """
        texts = {
            field: ", ".join(cell_parts(column, cells[column], separator))
            for field, (column, separator) in self.text.items()
            if column in cells
        }
        values = {field: cell_value(field, cells[field], self.decimal) for field in self.metadata if field in cells}
        return {modality: result for modality, result in (("text", texts), ("metadata", values)) if result}
