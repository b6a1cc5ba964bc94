"""Writers of tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from vbg_framework import Writer
from vbg_framework.toolkit import Rows, spreadsheet_safe, write_sheet

Append = Callable[[Rows], None]


class Csv(Writer):
    """Cells apart by the sign of the table that was read; no text that a spreadsheet would run."""

    @contextmanager
    def open(self, path: Path, columns: Mapping[str, type], dialect: tuple[str, bool]) -> Iterator[Append]:
        """In UTF-8."""
        sign, marked = dialect
        with path.open("w", encoding="utf-8-sig" if marked else "utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=sign)
            writer.writerow(map(spreadsheet_safe, columns))
            yield lambda rows: writer.writerows([spreadsheet_safe(row[name]) for name in columns] for row in rows)


class JsonLines(Writer):
    """An object per line."""

    @contextmanager
    def open(self, path: Path, columns: Mapping[str, type], dialect: tuple[str, bool]) -> Iterator[Append]:
        """In UTF-8."""
        with path.open("w", encoding="utf-8") as file:
            yield lambda rows: file.writelines(
                json.dumps({name: row[name] for name in columns}, ensure_ascii=False) + "\n" for row in rows
            )


class Parquet(Writer):
    """Columns of strings and of numbers."""

    @contextmanager
    def open(self, path: Path, columns: Mapping[str, type], dialect: tuple[str, bool]) -> Iterator[Append]:
        """One row group per call."""
        schema = pa.schema({name: pa.float64() if kind is float else pa.string() for name, kind in columns.items()})
        with pq.ParquetWriter(path, schema) as writer:
            yield lambda rows: writer.write_table(
                pa.Table.from_pylist([{name: row[name] for name in columns} for row in rows], schema)
            )


class Spreadsheet(Writer):
    """An Excel file with thumbnails, and colours for how sure an answer is."""

    def open(
        self, path: Path, columns: Mapping[str, type], dialect: tuple[str, bool]
    ) -> AbstractContextManager[Append]:
        """Text is never taken for a formula."""
        return write_sheet(path, columns)
