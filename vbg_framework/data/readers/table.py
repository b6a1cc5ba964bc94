"""Rows of CSV, JSON, Parquet and spreadsheet files, one by one; a broken row does not end the reading."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.contracts.record import Rejected
from vbg_framework.data.catalogue.spelling import spelt
from vbg_framework.data.readers.csv_file import Csv
from vbg_framework.data.readers.delimiter import NAMES as SIGNS
from vbg_framework.data.readers.disguise import refuse_disguise
from vbg_framework.data.readers.encoding import NAMES, UTF8, told_encoding
from vbg_framework.data.readers.json_array import json_rows
from vbg_framework.data.readers.json_lines import JsonLines
from vbg_framework.data.readers.parquet import Parquet
from vbg_framework.data.readers.pointer import refuse_pointer
from vbg_framework.data.readers.workbook import SUFFIXES as SHEETS
from vbg_framework.data.readers.workbook import Workbook

Cells = dict[str, Any]
"""A row of a table: column -> cell."""
SAY = "the options `encoding`, `delimiter` and `sheet` say otherwise"
ADVICE = {".xlsb": "Save the sheet as .xlsx or CSV.", ".numbers": "Export it as .xlsx or CSV."}
TEXTS = (".csv", ".tsv", ".txt")
SUFFIXES = (*TEXTS, ".jsonl", ".ndjson", ".json", ".parquet", *SHEETS)
"""The kinds of tables that are read; those of text also with `.gz` behind."""


@dataclass(frozen=True)
class Table:
    """One file.

    Args:
        path: the file; its suffix gives the format, `.gz` behind it does not matter.
        delimiter: what separates the cells of a CSV file; None = what its header and first rows tell.
        renamed: column of the file -> the name under which it is wanted.
        encoding: of a text file, as Python calls it; None = told from its bytes.
        sheet: of a spreadsheet; None = the one with the most cells.
        skip: lines (rows of a sheet) above the header that are passed over.
        watchers: shown `file:row` and the cells of all columns of each row that `rows` comes to, as far as they can be
            read; so nobody need read the file again.
    """

    path: Path
    delimiter: str | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    sheet: str | None = None
    skip: int = 0
    watchers: list[Callable[[str, Cells], None]] = field(default_factory=list, compare=False, repr=False)

    def columns(self) -> list[str]:
        """The names of the columns as the file has them; twice if they stand there twice.

        Raises:
            VBGError: the file cannot be read at all.
        """
        return self._reader().columns()

    def manner(self) -> str:
        """How the file is read where that was not said and is not what everybody expects, as a sentence; else ""."""
        reader, told = self._reader(), []
        if isinstance(reader, Csv):
            encoding, sign = reader.manner()
            told += [NAMES.get(encoding, encoding)] if self.encoding is None and encoding != UTF8 else []
            told += (
                [f"cells separated by {SIGNS.get(sign, sign)}"] if not self.delimiter and sign != reader.usual else []
            )
        elif isinstance(reader, JsonLines) and self.encoding is None and self.path.is_file():
            told += [NAMES[encoding]] if (encoding := told_encoding(self.path)) != UTF8 else []
        elif isinstance(reader, Workbook) and self.sheet is None and len(reader.chosen()[1]) > 1:
            told.append(f"sheet '{reader.chosen()[0]}' of {len(reader.chosen()[1])}")
        return f"{self.path.name} is read as {', '.join(told)}; {SAY}." if told else ""

    def sheets(self) -> list[str]:
        """The sheets of a spreadsheet, those with the most cells first; none of any other file."""
        reader = self._reader()
        return reader.sheets() if isinstance(reader, Workbook) else []

    def dialect(self) -> tuple[str, bool]:
        """(what separates the cells, whether a byte order mark helps spreadsheets) of a text table; else comma, no."""
        reader = self._reader()
        if not isinstance(reader, Csv):
            return ",", False
        encoding, sign = reader.manner()
        with self.path.open("rb") as file:
            return sign, encoding != UTF8 or file.read(3) == BOM_UTF8

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

        A row is counted by the line it begins in (CSV, JSON Lines), its row in the sheet, or its number from 1
        (Parquet, a JSON list).
        """
        places = self.find(columns, required=False) if columns else {}
        for number, row in self._reader().rows(list(places.values())):
            source = f"{self.path.name}:{number}"
            for watch in self.watchers:
                watch(source, getattr(row, "cells", {}) if isinstance(row, str) else row)
            if isinstance(row, str):
                yield Rejected(source, row)
            else:
                yield source, {name: row[column] for name, column in places.items()} if places else row

    def advice(self, names: Iterable[str]) -> str:
        """What to do if none of these columns is there: which line or delimiter has them all; else ""."""
        reader = self._reader()
        return "" if isinstance(reader, Parquet) else reader.advice(list(names))

    def _known(self, names: Sequence[str]) -> list[str]:
        """The columns; of JSON those of all rows and inside them, if the first ones do not have all the names."""
        reader = self._reader()
        known = reader.columns()
        if isinstance(reader, JsonLines) and not all(spelt(name, known) for name in names):
            return reader.every()
        return known

    def _column(self, name: str, known: Sequence[str], wanted: Iterable[str]) -> str:
        result = spelt(name, known)
        if not result:
            raise VBGError(str(self.path), f"no column '{name}'", self.advice(wanted) or did_you_mean(name, known))
        if len(result) > 1:
            fix = "Name one of them as it is written."
            raise VBGError(str(self.path), f"column '{name}' may be any of {', '.join(map(repr, result))}", fix)
        if known.count(result[0]) > 1:
            raise VBGError(str(self.path), f"column '{result[0]}' is there more than once", "Rename one of them.")
        return result[0]

    def _reader(self) -> Csv | JsonLines | Parquet | Workbook:
        text: dict[str, Any] = {"delimiter": self.delimiter, "encoding": self.encoding, "skip": self.skip}
        kinds: dict[str, Callable[[], Any]] = {
            **dict.fromkeys(TEXTS, lambda: Csv(self.path, **text)),
            ".tsv": lambda: Csv(self.path, usual="\t", **text),
            ".jsonl": lambda: json_rows(self.path, self.encoding),
            ".ndjson": lambda: json_rows(self.path, self.encoding),
            ".json": lambda: json_rows(self.path, self.encoding),
            ".parquet": lambda: Parquet(self.path, every=bool(self.watchers)),
            **dict.fromkeys(SHEETS, lambda: Workbook(self.path, self.sheet, self.skip)),
        }
        name = self.path.name.lower().removesuffix(".gz")
        suffix = Path(name).suffix
        if suffix not in kinds:
            advice = f"Known: {', '.join(kinds)}. {ADVICE.get(suffix, '')}".strip()
            raise VBGError(str(self.path), f"unknown kind of table, got '{suffix}'", advice)
        if self.path.is_file():
            refuse_pointer(self.path)
            refuse_disguise(self.path)
        return kinds[suffix]()
