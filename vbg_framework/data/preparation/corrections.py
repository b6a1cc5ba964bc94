"""Labels that somebody corrected: a file on top of a source, which stays as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.contracts.record import Record, Rejected, Skipped, Task
from vbg_framework.data.catalogue.cells import cell_parts, cell_text
from vbg_framework.data.catalogue.spelling import normal
from vbg_framework.data.readers.table import Cells, Table
from vbg_framework.paths import locate

NEEDED = ("id", "task", "value")
COLUMNS = (*NEEDED, "who", "when", "why")
MOST_NAMED = 5
Key = tuple[str, str]  # normal form of the id, task


class Correction(NamedTuple):
    """One line of the file.

    Args:
        source: where it stands: `corrections.csv:7`.
        value: the label; several are separated by `|`; "" = the label is not known after all.
        when: date of the correction; the later of two counts.
    """

    source: str
    id: str
    value: str
    when: str


class Corrections:
    """Changes labels of records as they are read, and counts what became of each correction.

    Args:
        file: the table, also looked up in `VBG_DATA`: columns `id`, `task`, `value`, and `who`, `when`, `why`.
        tasks: of the data set.

    Attributes:
        applied: corrections that changed a label.
        unchanged: those whose label the source has already.
        conflicts: sentences; where two lines disagree and none is later, the source's label stays.

    Raises:
        VBGError: the file is not there, lacks a column, has a broken row, or names a task nobody knows.
    """

    def __init__(self, file: str, tasks: Iterable[Task]) -> None:
        self.path = locate(file, variable="VBG_DATA")
        self._tasks = {task.name: task for task in tasks}
        self.applied, self.unchanged = 0, 0
        self.conflicts: list[str] = []
        self._unseen: dict[str, str] = {}  # normal form of an id -> the id as it is written
        self._chosen: dict[str, dict[str, str]] = {}  # normal form of an id -> task -> value
        for (identity, task), result in self._read().items():
            self._unseen.setdefault(identity, result[0].id)
            if (value := self._agreed(task, result)) is not None:
                self._chosen.setdefault(identity, {})[task] = value

    @property
    def content(self) -> str:
        """Hash of the file."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    def over(self, items: Iterable[Any]) -> Iterator[Any]:
        """The items of a source, with corrected labels."""
        for item in items:
            if not isinstance(item, Skipped):
                self._unseen.pop(normal(item.id), None)
            yield self._corrected(item) if isinstance(item, Record | Rejected) else item

    def info(self) -> dict[str, Any]:
        """What became of them once all items were read, ready for JSON."""
        return {
            "file": self.path.name, "applied": self.applied, "unchanged": self.unchanged,
            "conflicts": self.conflicts, "unknown": list(self._unseen.values()),
        }  # fmt: skip

    def _corrected(self, item: Any) -> Any:
        changes = self._chosen.get(normal(item.id), {})
        if isinstance(item, Rejected) or not changes:
            return item
        targets = dict(item.targets)
        for task, value in changes.items():
            label = self._label(task, value)
            is_same = _plain(targets.get(task)) == _plain(label)
            self.unchanged, self.applied = self.unchanged + is_same, self.applied + (not is_same)
            targets[task] = label
        return replace(item, targets={task: label for task, label in targets.items() if label})

    def _label(self, task: str, value: str) -> Any:
        return cell_parts("value", value, "|") if self._tasks[task].multi_label else value

    def _read(self) -> dict[Key, list[Correction]]:
        results: dict[Key, list[Correction]] = {}
        table = Table(self.path)
        table.find(NEEDED)
        for row in table.rows(COLUMNS):
            if isinstance(row, Rejected):
                raise VBGError(row.source, row.reason, "Correct the row; corrections are read in full or not at all.")
            source, cells = row
            if not any(cells.values()):
                continue
            task = self._cell(cells, "task")
            if task not in self._tasks:
                raise VBGError(source, f"unknown task '{task}'", did_you_mean(task, self._tasks))
            line = Correction(source, *(self._cell(cells, name) for name in ("id", "value", "when")))
            if not normal(line.id):
                raise VBGError(source, "id is empty", "Give the id of the record, or remove the row.")
            results.setdefault((normal(line.id), task), []).append(line)
        return results

    def _cell(self, cells: Cells, name: str) -> str:
        return cell_text(name, cells.get(name)) or ""

    def _agreed(self, task: str, lines: list[Correction]) -> str | None:
        """The value that counts; None where lines disagree and none of them is the latest."""
        latest = max(line.when for line in lines)
        values = {line.value for line in lines if line.when == latest}
        if len(values) == 1 and (len(lines) == 1 or latest or len({line.value for line in lines}) == 1):
            return values.pop()
        message = ", ".join(f"'{line.value}' ({line.source})" for line in lines)
        self.conflicts.append(f"{task} of '{lines[0].id}' is corrected to {message}")
        return None


def sentences(info: dict[str, Any] | None) -> list[str]:
    """What became of the corrections, in sentences; nothing without any."""
    if not info:
        return []
    already = f", {info['unchanged']:,} more were right already" if info["unchanged"] else ""
    lines = [f"{info['applied']:,} labels corrected by {info['file']}{already}."]
    lines += [f"Not corrected: {conflict}. Remove one line, or give the later one its `when`."
             for conflict in info["conflicts"][:MOST_NAMED]]  # fmt: skip
    if unknown := info["unknown"]:
        more = ", ..." if len(unknown) > MOST_NAMED else ""
        named = ", ".join(f"'{identity}'" for identity in unknown[:MOST_NAMED])
        lines.append(f"Not corrected: {len(unknown):,} ids that no record has ({named}{more}).")
    return lines


def corrections_of(file: str | None, tasks: Iterable[Task]) -> Corrections | None:
    """The corrections of a data set; None if it has no file of them."""
    return Corrections(file, tasks) if file else None


def _plain(label: Any) -> Any:
    if isinstance(label, str) or not label:
        return normal(label or "")
    return sorted(map(normal, label))
