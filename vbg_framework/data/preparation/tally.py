"""What is counted while a data set is prepared; becomes its `info.json`."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vbg_framework.contracts.record import Task, classes_of
from vbg_framework.data.preparation.columns import META, TARGET, TEXT
from vbg_framework.data.preparation.item_bytes import HASH, OWN
from vbg_framework.data.preparation.readings import Readings


class Seen:
    """A set of strings at about 9 bytes each: it keeps 64-bit hashes.

    Two different strings out of a million are taken for the same with a probability of 3e-8.
    """

    def __init__(self) -> None:
        self._sorted = np.empty(0, np.uint64)
        self._recent: set[int] = set()

    def __len__(self) -> int:
        return len(self._sorted) + len(self._recent)

    def add(self, name: str) -> bool:
        """Take a string in; return whether it is new."""
        key = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest())
        place = np.searchsorted(self._sorted, np.uint64(key))
        if key in self._recent or (place < len(self._sorted) and int(self._sorted[place]) == key):
            return False
        self._recent.add(key)
        if len(self._recent) > max(50_000, len(self._sorted) // 8):
            recent = np.fromiter(self._recent, np.uint64, len(self._recent))
            self._sorted = np.sort(np.concatenate([self._sorted, recent]))
            self._recent.clear()
        return True


class Tally:
    """Counts rows per class, licence, modality and given split, and how their metadata were read.

    Args:
        tasks: the tasks of the rows.
        readings: the counts of metadata to go on from.
    """

    def __init__(self, tasks: Sequence[Task], readings: Readings | None = None) -> None:
        self.tasks = tasks
        self.records = 0
        self.readings = readings or Readings()
        self.groups = Seen()
        self.modalities: Counter[str] = Counter()
        self.licences: Counter[str] = Counter()
        self.splits: Counter[str] = Counter()
        self.classes: dict[str, Counter[str]] = {task.name: Counter() for task in tasks}
        self.labelled: Counter[str] = Counter()

    def add(self, row: Mapping[str, Any]) -> None:
        """Count one row."""
        self.records += 1
        self.groups.add(row["group"])
        self.licences[row["licence"]] += 1
        self.splits[row["split"] or ""] += 1
        self.modalities.update({_modality(column) for column, value in row.items() if value is not None} - {""})
        for column, value in row.items():
            if column.startswith(META):
                self.readings.add(column.removeprefix(META), value)
        for name, counter in self.classes.items():
            label = row.get(TARGET + name)
            self.labelled[name] += label is not None
            counter.update(classes_of(label))

    def info(self) -> dict[str, Any]:
        """The counts, ready for JSON."""
        return {
            "records": self.records,
            "groups": len(self.groups),
            "modalities": {name: self.modalities[name] for name in (*OWN, *sorted({*self.modalities} - {*OWN}))},
            "tasks": [self._task(task) for task in self.tasks],
            "splits": dict(self.splits),
            "licences": dict(self.licences),
            "metadata": self.readings.info(self.records),
        }

    def _task(self, task: Task) -> dict[str, Any]:
        result = self.classes[task.name]
        counts = {name: result[name] for name in task.classes or sorted(result)}
        return {
            "name": task.name,
            "multi_label": task.multi_label,
            "labelled": self.labelled[task.name],
            "counts": counts,
        }


def _modality(column: str) -> str:
    if column == "image":
        return "image"
    if column.startswith(HASH):
        return column.removeprefix(HASH)
    return "text" if column.startswith(TEXT) else "metadata" if column.startswith(META) else ""
