"""Rows of CSV, JSON and Parquet files, one by one; a broken row does not end the reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.contracts.record import Rejected
from vbg_framework.data.csv_file import Csv
from vbg_framework.data.json_array import json_rows
from vbg_framework.data.json_lines import JsonLines
from vbg_framework.data.parquet import Parquet
from vbg_framework.data.pointer import refuse_pointer
from vbg_framework.data.spelling import spelt

Cells = dict[str, Any]
"""A row of a table: column -> cell."""
SHEET = "Save the sheet as CSV in UTF-8."
ADVICE = dict.fromkeys((".xls", ".xlsx", ".ods"), SHEET)


@dataclass(frozen=True)
class Table:
    """One file.

    Args:
        path: the file; its suffix gives the format, `.gz` behind it does not matter.
        delimiter: what separates the cells of a CSV file; None = a comma, in a .tsv file a tab.
        renamed: column of the file -> the name under which it is wanted.
    """

    path: Path
    delimiter: str | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)

    def columns(self) -> list[str]:
        """The names of the columns as the file has them; twice if they stand there twice.

        Raises:
            VBGError: the file cannot be read at all.
        """
        return self._reader().columns()

    def find(self, names: Iterable[str], *, required: bool = True) -> dict[str, str]:
        """Wanted name -> the column of the file: the one of that name, else the one that is spelt like it.

        Args:
            names: the wanted ones.
            required: whether all of them must be there; otherwise those that are not are left out.

        Raises:
            VBGError: a column is not there, or more than once.
        """
        wanted = list(dict.fromkeys(names))
        known = self._known([*wanted, *self.renamed])
        given = {name: self._column(column, known, self.renamed) for column, name in self.renamed.items()}
        rest = [column for column in known if column not in given.values()]
        return {
            name: given.get(name) or self._column(name, rest, wanted)
            for name in wanted
            if required or name in given or spelt(name, rest)
        }

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[str, Cells] | Rejected]:
        """Yield (`file:row`, wanted name -> cell), or `Rejected` for a broken row; all cells if no columns are named.

        A row is counted by the line it begins in (CSV, JSON Lines) or by its number from 1 (Parquet, a JSON list).
        """
        places = self.find(columns, required=False) if columns else {}
        for number, row in self._reader().rows(list(places.values())):
            source = f"{self.path.name}:{number}"
            if isinstance(row, str):
                yield Rejected(source, row)
            else:
                yield source, {name: row[column] for name, column in places.items()} if places else row

    def advice(self, names: Iterable[str]) -> str:
        """What to do if none of these columns is there: which line or delimiter has them all; else ""."""
        reader = self._reader()
        return "" if isinstance(reader, Parquet) else reader.advice(list(names))

    def _known(self, names: Sequence[str]) -> list[str]:
        """The columns; of JSON Lines those of all rows, if the first ones do not have all the names."""
        reader = self._reader()
        known = reader.columns()
        if isinstance(reader, JsonLines) and not all(spelt(name, known) for name in names):
            return reader.columns(None)
        return known

    def _column(self, name: str, known: Sequence[str], wanted: Iterable[str]) -> str:
        found = spelt(name, known)
        if not found:
            raise VBGError(str(self.path), f"no column '{name}'", self.advice(wanted) or did_you_mean(name, known))
        if len(found) > 1:
            fix = "Name one of them as it is written."
            raise VBGError(str(self.path), f"column '{name}' may be any of {', '.join(map(repr, found))}", fix)
        if known.count(found[0]) > 1:
            raise VBGError(str(self.path), f"column '{found[0]}' is there more than once", "Rename one of them.")
        return found[0]

    def _reader(self) -> Csv | JsonLines | Parquet:
        kinds: dict[str, Callable[[], Any]] = {
            ".csv": lambda: Csv(self.path, self.delimiter),
            ".tsv": lambda: Csv(self.path, self.delimiter, usual="\t"),
            ".jsonl": lambda: JsonLines(self.path),
            ".ndjson": lambda: JsonLines(self.path),
            ".json": lambda: json_rows(self.path),
            ".parquet": lambda: Parquet(self.path),
        }
        name = self.path.name.lower().removesuffix(".gz")
        suffix = Path(name).suffix
        if suffix not in kinds:
            advice = f"Known: {', '.join(kinds)}. {ADVICE.get(suffix, '')}".strip()
            raise VBGError(str(self.path), f"unknown kind of table, got '{suffix}'", advice)
        if self.path.is_file():
            refuse_pointer(self.path)
        return kinds[suffix]()
