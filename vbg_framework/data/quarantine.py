"""Items of a source that cannot be used: written down and counted, never lost silently."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema([("source", pa.string()), ("id", pa.string()), ("reason", pa.string())])
BATCH = 1000


class Entry(NamedTuple):
    """One item: where it was read, its id if it has one, and what is wrong with it."""

    source: str
    id: str
    reason: str


class Quarantine:
    """Writes `quarantine.parquet` (source, id, reason), in constant memory.

    Attributes:
        count: items so far.
        reasons: items per kind of reason (its words up to `, got`).
    """

    def __init__(self, path: Path) -> None:
        self.count = 0
        self.reasons: Counter[str] = Counter()
        self._writer = pq.ParquetWriter(path, SCHEMA)
        self._rows: list[dict[str, str]] = []

    def add(self, entry: Entry) -> None:
        """Put one item in."""
        self.count += 1
        self.reasons[entry.reason.partition(", got ")[0]] += 1
        row = {key: str(value).encode(errors="backslashreplace").decode() for key, value in entry._asdict().items()}
        self._rows.append(row)
        if len(self._rows) == BATCH:
            self._flush()

    def top(self, count: int = 3) -> str:
        """The most frequent reasons in words."""
        return "; ".join(f"{number} x {reason}" for reason, number in self.reasons.most_common(count))

    def close(self) -> None:
        """Finish the file."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._rows, SCHEMA))
        self._rows.clear()
