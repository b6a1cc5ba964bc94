"""Writing rows to disk so that `datasets.load_from_disk` reads them back memory mapped."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
from datasets import DatasetInfo, Features

from vbg_framework.contracts.record import Task
from vbg_framework.data.catalogue.number import as_text
from vbg_framework.data.preparation.item_bytes import INPUT
from vbg_framework.data.preparation.layout import Layout

BATCH_ROWS = 5000
BATCH_BYTES = 32_000_000
FILE_BYTES = 128_000_000  # memory that is mapped at once while all rows are gone through


class Shards:
    """Arrow files in `folder`, in constant memory. A new one begins when rows bring a new column or the last is large.

    Args:
        folder: where they go.
        tasks: the tasks of the rows.
        sizes: what `commit` returned, to go on from there: what was written later is thrown away.
    """

    def __init__(self, folder: Path, tasks: Sequence[Task], sizes: Mapping[str, int] | None = None) -> None:
        self.folder = folder
        self.files = [(folder / name, _cut(folder / name, size)) for name, size in (sizes or {}).items()]
        self.layout = Layout.of(tasks, self.files[-1][1]) if self.files else Layout(tasks)
        self._open = ExitStack()
        self._writer: pa.ipc.RecordBatchStreamWriter | None = None
        self._rows: list[Mapping[str, Any]] = []
        self._bytes = 0

    def add(self, row: Mapping[str, Any]) -> None:
        """Append one row: column -> value, missing ones None or absent."""
        self._rows.append(row)
        self._bytes += sum(len(value) for value in row.values() if isinstance(value, str | bytes))
        self._bytes += len((row.get("image") or {}).get("bytes", b""))
        if len(self._rows) == BATCH_ROWS or self._bytes > BATCH_BYTES:
            self._flush()

    def commit(self) -> dict[str, int]:
        """Have all rows on the disk; return file -> bytes."""
        self._flush()
        for path, _ in self.files[-1:]:
            with path.open("rb") as file:
                os.fsync(file.fileno())
        return {path.name: path.stat().st_size for path, _ in self.files}

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[dict[str, pa.Array]]:
        """Yield the rows on the disk as column -> values, all but pictures and other items if none are named.

        A column that came later is missing from what was written before.
        """
        for path, features in self.files:
            with pa.memory_map(str(path)) as file:
                for batch in pa.ipc.open_stream(file):
                    there = [name for name in columns or features if name in features]
                    yield {name: batch.column(name) for name in there if name != "image" and not name.startswith(INPUT)}

    def close(self, fingerprint: str) -> None:
        """Give all files the same columns and write what `datasets.load_from_disk` needs."""
        self._flush()
        features = self.layout.learn([])
        self.abandon()
        names = [_rewritten(path, features) if earlier != features else path.name for path, earlier in self.files]
        state: dict[str, Any] = {"_data_files": [{"filename": name} for name in names]}
        state |= {"_fingerprint": fingerprint, "_format_columns": None, "_format_kwargs": {}, "_format_type": None}
        state |= {"_output_all_columns": False, "_split": None}
        (self.folder / "state.json").write_text(json.dumps(state, indent=2))
        DatasetInfo(features=features).write_to_directory(str(self.folder))

    def abandon(self) -> None:
        """Close the file that is being written."""
        self._open.close()
        self._writer = None

    def _flush(self) -> None:
        if not self._rows:
            return
        features = self.layout.learn(self._rows)
        if self._writer is None or self.files[-1][1] != features or self._is_large():
            self.abandon()
            path = self.folder / f"data-{len(self.files):05d}.arrow"
            self.files.append((path, features))
            file = self._open.enter_context(pa.OSFile(str(path), "wb"))
            self._writer = self._open.enter_context(pa.ipc.new_stream(file, features.arrow_schema))
        self._writer.write_table(_table(self._rows, features))
        self._rows, self._bytes = [], 0

    def _is_large(self) -> bool:
        return self.files[-1][0].stat().st_size > FILE_BYTES


def _table(rows: Sequence[Mapping[str, Any]], features: Features) -> pa.Table:
    schema = features.arrow_schema
    return pa.Table.from_arrays([_array([row.get(f.name) for row in rows], f.type) for f in schema], schema=schema)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind):
        values = [as_text(value) if isinstance(value, float) else value for value in values]
    return pa.array(values, kind)


def _cut(path: Path, size: int) -> Features:
    """Cut a file back to its first `size` bytes; return its columns."""
    os.truncate(path, size)
    with pa.memory_map(str(path)) as file:
        return Features.from_arrow_schema(pa.ipc.open_stream(file).schema)


def _rewritten(path: Path, features: Features) -> str:
    """Write the rows of a file with all columns into another one; return its name."""
    new = path.with_name(f"all-{path.name}")
    with ExitStack() as stack:
        old = pa.ipc.open_stream(stack.enter_context(pa.memory_map(str(path))))
        file = stack.enter_context(pa.OSFile(str(new), "wb"))
        writer = stack.enter_context(pa.ipc.new_stream(file, features.arrow_schema))
        for batch in old:
            writer.write_batch(_recast(batch, features))
    return new.name


def _recast(batch: pa.RecordBatch, features: Features) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(list(_recast_columns(batch, features.arrow_schema)), schema=features.arrow_schema)


def _recast_columns(batch: pa.RecordBatch, schema: pa.Schema) -> Iterator[pa.Array]:
    for field in schema:
        if field.name not in batch.schema.names:
            yield pa.nulls(batch.num_rows, field.type)
        elif batch.schema.field(field.name).type != field.type:  # numbers first, words later
            yield _array(batch.column(field.name).to_pylist(), field.type)
        else:
            yield batch.column(field.name)
