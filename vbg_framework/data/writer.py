"""Writing a table row by row: CSV, JSON Lines, Parquet, spreadsheet; it appears under its name when it is complete."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vbg_framework.base.errors import VBGError
from vbg_framework.base.publication import written
from vbg_framework.data.lines import writable

Rows = Sequence[Mapping[str, Any]]
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets take for the start of a formula


@contextmanager
def table_writer(
    path: Path, columns: Mapping[str, type], dialect: tuple[str, bool] = (",", False)
) -> Iterator[Callable[[Rows], None]]:
    """Yield a function that appends rows.

    Args:
        path: the file; its suffix gives the format.
        columns: name -> str or float; each row has them all, None = empty.
        dialect: of CSV: what separates the cells, and whether a byte order mark stands first.

    Raises:
        VBGError: the suffix is not a known format, or the folder cannot be written to.
    """
    kinds: dict[str, Any] = {
        ".csv": partial(_csv, dialect),
        ".jsonl": _json_lines,
        ".parquet": _parquet,
        ".xlsx": _sheet,
    }
    if path.suffix.lower() not in kinds:
        raise VBGError(str(path), f"unknown kind of table, got '{path.suffix}'", f"Known: {', '.join(kinds)}.")
    try:
        with written(path) as partial_path, kinds[path.suffix.lower()](partial_path, columns) as write:
            yield lambda rows: write([_writable(row) for row in rows])
    except OSError as error:
        raise VBGError(str(path), f"cannot be written ({error.strerror or error})", "Choose another --out.") from error


def _writable(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: writable(value) if isinstance(value, str) else value for name, value in row.items()}


def spreadsheet_safe(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) and not _is_number(value) else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@contextmanager
def _csv(dialect: tuple[str, bool], path: Path, columns: Mapping[str, type]) -> Iterator[Callable[[Rows], None]]:
    sign, marked = dialect
    with path.open("w", encoding="utf-8-sig" if marked else "utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=sign)
        writer.writerow(map(spreadsheet_safe, columns))
        yield lambda rows: writer.writerows([spreadsheet_safe(row[name]) for name in columns] for row in rows)


@contextmanager
def _json_lines(path: Path, columns: Mapping[str, type]) -> Iterator[Callable[[Rows], None]]:
    with path.open("w", encoding="utf-8") as file:
        yield lambda rows: file.writelines(json.dumps(_picked(row, columns), ensure_ascii=False) + "\n" for row in rows)


@contextmanager
def _parquet(path: Path, columns: Mapping[str, type]) -> Iterator[Callable[[Rows], None]]:
    schema = pa.schema({name: pa.float64() if kind is float else pa.string() for name, kind in columns.items()})
    with pq.ParquetWriter(path, schema) as writer:
        yield lambda rows: writer.write_table(
            pa.Table.from_pylist([{name: row[name] for name in columns} for row in rows], schema)
        )


def _sheet(path: Path, columns: Mapping[str, type]) -> AbstractContextManager[Callable[[Rows], None]]:
    from vbg_framework.data.sheet_writer import write_sheet

    return write_sheet(path, columns)


def _picked(row: Mapping[str, Any], columns: Mapping[str, type]) -> dict[str, Any]:
    return {name: row[name] for name in columns}
