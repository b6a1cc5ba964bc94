"""The objects of an export, one by one, under one set of names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from vbg_framework import Rejected, VBGError
from vbg_framework.toolkit import Cells, Table, did_you_mean, refuse_pointer
from vbg_met import FIELDS
from vbg_met.layout import FAULTS, IMAGE, MORE_FIELDS, canonical

KINDS = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
READ = (*FIELDS, *MORE_FIELDS, *FAULTS)


class Objects:
    """Reads MetObjects.csv (any of its layouts), API objects as JSON Lines, or Parquet.

    Args:
        path: the file.
        columns: field -> the column where it stands, whatever it is called; `image` is a column of pictures.

    Raises:
        VBGError: the file cannot be read, or lacks one of `columns`.
    """

    def __init__(self, path: Path, columns: Mapping[str, str]) -> None:
        refuse_pointer(path)
        self.table = Table(path)
        known = self.table.columns()
        self._given = {column: IMAGE if field == "image" else _field(field) for field, column in columns.items()}
        for column in self._given:
            if column not in known:
                raise VBGError(str(path), f"no column '{column}'", did_you_mean(column, known))
        self._columns = [column for column in known if self._name(column)]
        self.fields = list(dict.fromkeys(name for column in self._columns if (name := self._name(column))))

    def __iter__(self) -> Iterator[tuple[str, Cells] | Rejected]:
        """Yield (`file:row`, field -> cell with every field that is there), or `Rejected` for a broken row."""
        has_header = kind(self.table.path) not in (".jsonl", ".ndjson")  # JSON Lines have any key in any row
        for row in self.table.rows(self._columns if has_header else []):
            if isinstance(row, Rejected):
                yield row
            else:
                named = {name: cell for column, cell in row[1].items() if (name := self._name(column))}
                yield row[0], dict.fromkeys(self.fields) | named

    def _name(self, column: str) -> str | None:
        """The field a column holds; None = none that is read."""
        if column in self._given:
            return self._given[column]
        name = canonical(column)
        return name if name in READ and name not in self._given.values() else None


def kind(path: Path) -> str:
    """The suffix that tells the format; `.gz` behind it does not matter."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


def _field(name: str) -> str:
    return "object_id" if name == "id" else name
