"""Rows of CSV, JSON Lines and Parquet files, one by one; a broken row does not end the reading."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from vbg_framework.data.parquet import Parquet
from vbg_framework.errors import VBGError, did_you_mean
from vbg_framework.record import Rejected

Cells = dict[str, Any]
PEEK = 1000  # JSON Lines has no header: these rows say which columns there are


@dataclass(frozen=True)
class Table:
    """One file.

    Args:
        path: the file; its suffix gives the format.
        delimiter: what separates the cells of a CSV file.
    """

    path: Path
    delimiter: str | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)

    def find(self, names: Sequence[str], required: bool = True) -> dict[str, str]:
        """Wanted name -> column."""
        back = {wanted: column for column, wanted in self.renamed.items()}
        known, found = self.columns(), {}
        for name in names:
            column = back.get(name, name)
            if column in known:
                found[name] = column
            elif required or name in back:
                raise VBGError(str(self.path), f"no column '{column}'", did_you_mean(column, known))
        return found

    def columns(self) -> list[str]:
        """The names of the columns; twice if they stand there twice.

        Raises:
            VBGError: the file cannot be read at all.
        """
        return self._reader().columns()

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[str, Cells] | Rejected]:
        """Yield (`file:row`, column -> cell) with at least `columns`, or `Rejected` for a broken row.

        A row is counted by the line it begins in (CSV, JSON Lines) or by its number from 1 (Parquet).
        """
        back = {wanted: column for column, wanted in self.renamed.items()}
        for number, row in self._reader().rows([back.get(name, name) for name in columns]):
            source = f"{self.path.name}:{number}"
            if isinstance(row, str):
                yield Rejected(source, row)
            else:
                yield source, {self.renamed.get(name, name): value for name, value in row.items()}

    def _reader(self) -> _Csv | _JsonLines | Parquet:
        kinds: dict[str, Callable[[], Any]] = {
            ".csv": lambda: _Csv(self.path, self.delimiter or ","),
            ".tsv": lambda: _Csv(self.path, self.delimiter or "\t"),
            ".jsonl": lambda: _JsonLines(self.path),
            ".ndjson": lambda: _JsonLines(self.path),
            ".parquet": lambda: Parquet(self.path),
        }
        suffix = self.path.suffix.lower()
        if suffix not in kinds:
            raise VBGError(str(self.path), f"unknown kind of table, got '{suffix}'", f"Known: {', '.join(kinds)}.")
        return kinds[suffix]()


@dataclass(frozen=True)
class _Csv:
    """UTF-8 with or without byte order mark; quoted cells may hold line breaks."""

    path: Path
    delimiter: str

    def columns(self) -> list[str]:
        try:
            with self._open() as file:
                header = next(csv.reader(file, delimiter=self.delimiter), [])
            readable = b"\0" not in "".join(header).encode()  # fails on bytes that are not UTF-8
        except (csv.Error, UnicodeEncodeError):
            readable = False
        if not readable or not any(header):
            raise VBGError(str(self.path), "has no header that can be read", "Save it as CSV in UTF-8.")
        return header

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[int, Cells | str]]:
        with self._open() as file:
            lines = csv.reader(file, delimiter=self.delimiter)
            header = next(lines)
            while True:
                number = lines.line_num + 1
                try:
                    cells = next(lines)
                except StopIteration:
                    return
                except csv.Error as error:  # a quote that is never closed swallows lines up to the size limit
                    yield number, f"row cannot be read, got {error}"
                    continue
                if len(cells) == len(header):
                    yield number, dict(zip(header, cells, strict=True))
                elif cells:
                    yield number, f"row does not have as many cells as the header, got {len(cells)}, not {len(header)}"

    def _open(self) -> Any:
        return self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


@dataclass(frozen=True)
class _JsonLines:
    """One JSON object per line; a key that is absent is a missing value."""

    path: Path

    def columns(self) -> list[str]:
        first = [row for _, row in islice(self.rows(()), PEEK)]
        return list(dict.fromkeys(key for row in first if isinstance(row, dict) for key in row))

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[int, Cells | str]]:
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, self._row(line, columns)

    def _row(self, line: bytes, columns: Sequence[str]) -> Cells | str:
        try:
            row = json.loads(line.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            return f"line is not JSON, got {error}"
        if not isinstance(row, dict):
            return f"line is not a JSON object, got {type(row).__name__}"
        return dict.fromkeys(columns) | row
