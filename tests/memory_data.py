"""A dataset component whose records a test hands in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from vbg_framework.contracts.record import Dataset, Record, Rejected, Task
from vbg_framework.contracts.spec import Component, Config
from vbg_framework.data.preparation.prepare import prepare
from vbg_framework.data.preparation.prepared import Prepared

KIND = Task("kind")
SOURCES: dict[str, MemoryDataset] = {}


class MemoryConfig(Config):
    """Options."""

    source: str
    """Key of `SOURCES`."""


class MemoryDataset(Dataset):
    """Yields what it was given."""

    def __init__(self, make: Callable[[], Iterable], tasks: Sequence[Task], files: Sequence[Path] = ()) -> None:
        self.make, self._tasks, self.files = make, tasks, files
        self.readings = 0

    @property
    def tasks(self) -> Sequence[Task]:
        """The tasks."""
        return self._tasks

    def records(self) -> Iterable[Record | Rejected]:
        """The records."""
        self.readings += 1
        yield from self.make()

    def sources(self) -> Sequence[Path]:
        """The files."""
        return self.files


def look_up(config: MemoryConfig) -> MemoryDataset:
    """Stands where a component has its class."""
    return SOURCES[config.source]


COMPONENT = Component("dataset", "memory", MemoryConfig, "memory_data:look_up")


def prepare_records(
    cache: Path, records: Iterable | Callable, tasks=(KIND,), files=(), name="set", **options
) -> Prepared:
    """Prepare records under a cache folder."""
    make = records if callable(records) else lambda: records
    SOURCES[name] = MemoryDataset(make, tasks, files)
    return prepare(name, COMPONENT, MemoryConfig(source=name), cache=cache, **options)


def texts(count: int, classes: int = 2, **fields) -> list[Record]:
    """Records with a short text, two views per object."""
    return [
        Record(f"r{i}", {"text": f"text {i}"}, {"kind": f"c{i // 2 % classes}"}, group=f"o{i // 2}", **fields)
        for i in range(count)
    ]
