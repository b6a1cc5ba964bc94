"""Writing rows to disk so that `datasets.load_from_disk` reads them back memory mapped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
from datasets import DatasetInfo, Features

from vbg_framework.data.columns import Layout, as_text

BATCH_ROWS = 5000
BATCH_BYTES = 32_000_000


class Shards:
    """Arrow files in `folder`, in constant memory. A new file begins when the rows bring a new column."""

    def __init__(self, folder: Path, layout: Layout) -> None:
        self.folder, self.layout = folder, layout
        self.files: list[tuple[Path, Features]] = []
        self._open = ExitStack()
        self._writer: pa.ipc.RecordBatchStreamWriter | None = None
        self._rows: list[Mapping[str, Any]] = []
        self._bytes = 0

    def add(self, row: Mapping[str, Any]) -> None:
        """Append one row: column -> value, missing ones None or absent."""
        self._rows.append(row)
        self._bytes += len((row.get("image") or {}).get("bytes", b""))
        if len(self._rows) == BATCH_ROWS or self._bytes > BATCH_BYTES:
            self._flush()

    def close(self, fingerprint: str) -> None:
        """Give all files the same columns and write what `datasets.load_from_disk` needs."""
        self._flush()
        features = self.layout.learn([])
        self.abandon()
        for path, earlier in self.files:
            if earlier != features:
                _rewrite(path, features)
        state = {"_data_files": [{"filename": path.name} for path, _ in self.files], "_fingerprint": fingerprint}
        state |= {"_format_columns": None, "_format_kwargs": {}, "_format_type": None}
        state |= {"_output_all_columns": False, "_split": None}
        (self.folder / "state.json").write_text(json.dumps(state, indent=2))
        DatasetInfo(features=features).write_to_directory(str(self.folder))

    def abandon(self) -> None:
        """Close the file that is being written."""
        self._open.close()

    def _flush(self) -> None:
        features = self.layout.learn(self._rows)
        if not self.files or self.files[-1][1] != features:
            self.abandon()
            path = self.folder / f"data-{len(self.files):05d}.arrow"
            self.files.append((path, features))
            file = self._open.enter_context(pa.OSFile(str(path), "wb"))
            self._writer = self._open.enter_context(pa.ipc.new_stream(file, features.arrow_schema))
        if self._rows and self._writer is not None:
            self._writer.write_table(_table(self._rows, features))
        self._rows, self._bytes = [], 0


def _table(rows: Sequence[Mapping[str, Any]], features: Features) -> pa.Table:
    schema = features.arrow_schema
    return pa.Table.from_arrays([_array([row.get(f.name) for row in rows], f.type) for f in schema], schema=schema)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind):
        values = [as_text(value) if isinstance(value, float) else value for value in values]
    return pa.array(values, kind)


def _rewrite(path: Path, features: Features) -> None:
    new = path.with_suffix(".new")
    with ExitStack() as stack:
        old = pa.ipc.open_stream(stack.enter_context(pa.memory_map(str(path))))
        file = stack.enter_context(pa.OSFile(str(new), "wb"))
        writer = stack.enter_context(pa.ipc.new_stream(file, features.arrow_schema))
        for batch in old:
            writer.write_batch(_recast(batch, features))
    new.replace(path)


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
