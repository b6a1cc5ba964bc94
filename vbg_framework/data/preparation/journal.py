"""A table that grows row by row, survives an interruption, and ends as one Parquet file. Constant memory."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

BATCH = 1000


class Journal:
    """Until `close` the rows stand in a `.jsonl` file beside the Parquet file.

    Args:
        path: the Parquet file.
        size: what `commit` returned, to go on from there: what was written later is thrown away.
    """

    def __init__(self, path: Path, size: int = 0) -> None:
        self._path, self._lines = path, path.with_suffix(".jsonl")
        self._lines.touch()
        os.truncate(self._lines, size)
        self._file = self._lines.open("a", encoding="utf-8")

    def add(self, row: Mapping[str, Any]) -> None:
        """Append one row, ready for JSON."""
        self._file.write(json.dumps(row) + "\n")

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows up to the last `commit`."""
        with self._lines.open(encoding="utf-8") as file:
            yield from map(json.loads, file)

    def commit(self) -> int:
        """Have all rows on the disk; return the size of their file."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._lines.stat().st_size

    def close(self, schema: pa.Schema, cells: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> None:
        """Write the Parquet file; the other one stays until nobody can want to go on from it.

        Args:
            schema: its columns.
            cells: from a row as it was added to one of the table.
        """
        self._file.close()
        rows = map(cells, self.rows())
        with pq.ParquetWriter(self._path, schema, compression="zstd") as writer:
            while some := list(islice(rows, BATCH)):
                writer.write_table(pa.Table.from_pylist(some, schema))

    def abandon(self) -> None:
        """Close the file that is being written."""
        self._file.close()
