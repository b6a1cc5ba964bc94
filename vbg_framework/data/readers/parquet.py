"""Rows of a Parquet file; a value that cannot be read concerns its row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vbg_framework.base.errors import VBGError
from vbg_framework.data.catalogue.cells import iso_text
from vbg_framework.data.catalogue.number import as_text
from vbg_framework.data.readers.broken import Broken
from vbg_framework.data.readers.parquet_size import repeated_texts, written_out
from vbg_framework.data.readers.unpacked import most_unpacked

Cells = dict[str, Any]
BATCH = 1000
FEWEST = 4  # rows at a time, however much they hold
MOST_VALUES = 1_000_000  # in a column of a small file
MOST_COLUMNS = 10_000
MOST_OF_A_VALUE = 16_000_000  # bytes, on average of a column of a row group
EMBEDDED = 32  # rows at a time where cells hold whole images
BATCH_BYTES = 64_000_000
UNREADABLE = (ValueError, OverflowError, TypeError, NotImplementedError, pa.ArrowException)
"""What a value that Python has no place for raises: a date before the year 1, text that is not UTF-8."""


@dataclass(frozen=True)
class Parquet:
    """One file, read batch by batch.

    Args:
        path: the file.
        every: whether rows hold all columns, whichever are named; these alone must be readable.
    """

    path: Path
    every: bool = False

    def columns(self) -> list[str]:
        """The names of the columns; twice if they stand there twice.

        Raises:
            VBGError: the file cannot be read.
        """
        names: list[str] = self._read(lambda: pq.read_schema(self.path).names)
        self._refuse_many(len(names))
        return names

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[int, Cells | str]]:
        """Yield (number from 1, column -> cell; all if none is named), or (number, why one of them cannot be read).

        Dates and times that Python does not know are ISO 8601 text, with the astronomical year: -0499 is 500 BC.

        Raises:
            VBGError: the file cannot be read.
        """
        about = self._read(lambda: pq.read_metadata(self.path))
        given, most = 0, self._checked(about)
        options = {"metadata": about, "pre_buffer": False, "read_dictionary": repeated_texts(about.schema)}
        file = self._read(lambda: pq.ParquetFile(self.path, **options))  # a row group of images is gigabytes
        number, wanted = 0, columns
        columns = file.schema_arrow.names if self.every or not columns else columns
        with file:
            for group in range(file.num_row_groups):
                size = _batch_size(file, group, columns)
                batches = file.iter_batches(size, row_groups=[group], columns=list(columns))
                while (batch := self._read(partial(next, batches, None))) is not None:
                    if (given := given + written_out(batch)) > most:
                        raise self._bomb()
                    yield from enumerate(_rows(batch, wanted), number + 1)
                    number += batch.num_rows

    def _checked(self, about: pq.FileMetaData) -> int:
        """How many bytes the file may unpack to; raises for one that claims to hold more than it can."""
        packed = self.path.stat().st_size
        most = max(BATCH_BYTES, most_unpacked(packed))
        self._refuse_many(about.num_columns)
        for group in range(about.num_row_groups):
            columns = [about.row_group(group).column(index) for index in range(about.num_columns)]
            if any(column.num_values > max(MOST_VALUES, 8 * packed) for column in columns):
                raise self._bomb()
            if any(column.total_uncompressed_size > min(most, _most_held(column)) for column in columns):
                raise self._bomb()
        if about.num_rows > max(MOST_VALUES, 8 * packed):
            raise self._bomb()
        return most

    def _refuse_many(self, columns: int) -> None:
        if columns > MOST_COLUMNS:
            what = f"has more than {MOST_COLUMNS:,} columns, got {columns:,}"
            raise VBGError(str(self.path), what, "Export those that are needed.")

    def _bomb(self) -> VBGError:
        what = "unpacks to far more than any table of its size"
        return VBGError(str(self.path), what, "Do not trust it, or export it again without compression.")

    def _read(self, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except (OSError, pa.ArrowException) as error:
            raise VBGError(str(self.path), f"cannot be read as Parquet ({error})", "Export it again.") from error


def _batch_size(file: pq.ParquetFile, group: int, columns: Sequence[str]) -> int:
    """How many rows of a row group take at most about `BATCH_BYTES` in memory."""
    kinds = [field.type for field in file.schema_arrow if field.name in columns]
    size = EMBEDDED if any(pa.types.is_struct(kind) or _is_binary(kind) for kind in kinds) else BATCH
    about = file.metadata.row_group(group)
    for index in range(about.num_columns):
        column = about.column(index)
        if column.path_in_schema.partition(".")[0] in columns:
            size = min(size, _most_rows(column))
    return max(1, size)


def _is_binary(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind)


def _most_held(column: pq.ColumnChunkMetaData) -> int:
    return MOST_OF_A_VALUE * max(1, column.num_values)


def _most_rows(column: pq.ColumnChunkMetaData) -> int:
    """A dictionary may hold one long value that stands in every row."""
    stored = max(1, column.total_uncompressed_size)
    rows = max(FEWEST, BATCH_BYTES * max(1, column.num_values) // stored)
    repeated = column.physical_type == "BYTE_ARRAY" and column.has_dictionary_page
    return min(rows, max(FEWEST, BATCH_BYTES // stored)) if repeated else rows


def _rows(batch: pa.RecordBatch, wanted: Sequence[str]) -> list[Cells | str]:
    """Cells of every row, or why one of the wanted ones cannot be read."""
    infinite = {
        row: name
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
        if name in wanted
        for row in _infinite(column)
    }
    try:
        rows: list[Any] = batch.to_pylist()
    except UNREADABLE:
        rows = [_row(batch, row, wanted) for row in range(batch.num_rows)]
    for row, name in infinite.items():
        rows[row] = Broken(f"column '{name}' is not a finite number, got {batch.column(name)[row]}", rows[row])
    return rows


def _infinite(column: pa.Array) -> list[int]:
    """Rows of a column of numbers that hold an infinite one."""
    if not pa.types.is_floating(column.type):
        return []
    return np.flatnonzero(np.isinf(column.to_numpy(zero_copy_only=False))).tolist()


def _row(batch: pa.RecordBatch, row: int, wanted: Sequence[str]) -> Cells | str:
    cells, reason = dict[str, Any](), ""
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            cells[name] = _value(column[row])
        except UNREADABLE as error:
            cells[name] = None
            if name in wanted:
                reason = reason or f"column '{name}' holds a {column.type} that cannot be read, got {error}"
    return Broken(reason, cells) if reason else cells


def _value(scalar: pa.Scalar) -> Any:
    try:
        return scalar.as_py()
    except UNREADABLE:
        if isinstance(scalar, pa.DictionaryScalar):
            return _value(scalar.value)
        if isinstance(scalar, pa.ListScalar | pa.LargeListScalar | pa.FixedSizeListScalar):
            return [_value(item) for item in scalar]
        if not pa.types.is_temporal(scalar.type):
            raise
        return _iso(scalar)


def _iso(scalar: pa.Scalar) -> str | None:
    """A date or point in time as ISO 8601 text, as `datetime.isoformat` would write it; a duration in seconds."""
    kind = scalar.type
    if pa.types.is_duration(kind):
        return f"PT{as_text(float(np.timedelta64(scalar.value, kind.unit) / np.timedelta64(1, 's')))}S"
    if pa.types.is_date(kind):
        unit: Any = "D" if pa.types.is_date32(kind) else "ms"
        return iso_text(np.datetime64(scalar.value, unit).astype("datetime64[D]"))
    text = iso_text(np.datetime64(scalar.value, kind.unit))
    return text and text + ("+00:00" if kind.tz else "")
