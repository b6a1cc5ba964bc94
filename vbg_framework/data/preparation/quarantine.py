"""Items of a source that cannot be used: written down and counted, never lost silently."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from vbg_framework.data.catalogue.spelling import normal
from vbg_framework.data.preparation.journal import Journal
from vbg_framework.data.readers.lines import writable

ADVICE = re.compile(r".*?, got .*[^ ]\. ([A-Z][^'\"]*)", re.DOTALL)
"""A reason that ends with what to do; what ends with a quotation mark belongs to the value."""
LONGEST = 1000  # characters that are kept of a value
SCHEMA = pa.schema([(name, pa.string()) for name in ("source", "id", "reason")] + [("classes", pa.list_(pa.string()))])


class Entry(NamedTuple):
    """One item: where it was read, its id if it has one, what is wrong with it, and its labels as `task: class`."""

    source: str
    id: str
    reason: str
    classes: Sequence[str] = ()


def classes_of(targets: Mapping[str, Any]) -> list[str]:
    """Labels as `task: class`, as far as they are words."""
    result = ((task, label if isinstance(label, list | tuple) else [label]) for task, label in targets.items())
    return [f"{task}: {normal(name)}" for task, names in result for name in names if isinstance(name, str)]


def left_out(info: Mapping[str, Any], most: int = 3) -> list[str]:
    """What of a source is no record, as lines for people: the quarantine and what was not read, with reasons.

    Args:
        info: of a prepared data set.
        most: reasons named per line.
    """
    lines = []
    for name, reasons, count in (
        ("In quarantine", info["reasons"], info["quarantined"]),
        ("Not read", info.get("skipped", {}), sum(info.get("skipped", {}).values())),
    ):
        if count:
            message = "; ".join(f"{number:,} x {reason}" for reason, number in list(reasons.items())[:most])
            more = "; ..." if len(reasons) > most else ""
            lines.append(f"       {name}: {count:,} ({message}{more}).")
    return lines


class Quarantine:
    """Writes `quarantine.parquet` (source, id, reason), in constant memory.

    Args:
        path: the file; until `close` its entries stand in a `.jsonl` file beside it.
        size: what `commit` returned, to go on from there.

    Attributes:
        count: items so far.
        reasons: items per kind of reason (its words up to `, got`).
        classes: items per class, as `task: class`.
    """

    def __init__(self, path: Path, size: int = 0) -> None:
        self.count = 0
        self.reasons: Counter[str] = Counter()
        self._advice: dict[str, str] = {}
        self.classes: Counter[str] = Counter()
        self._journal = Journal(path, size)
        for entry in self._journal.rows():
            self._count(entry["reason"], entry["classes"])

    def add(self, entry: Entry) -> None:
        """Put one item in."""
        row: dict[str, Any] = {key: _kept(str(getattr(entry, key))) for key in ("source", "id", "reason")}
        row["classes"] = [_kept(name) for name in entry.classes]
        self._count(row["reason"], row["classes"])
        self._journal.add(row)

    def top(self, count: int = 3) -> str:
        """The most frequent reasons in words."""
        return "; ".join(f"{number} x {reason}" for reason, number in self.told(count).items())

    def told(self, count: int) -> dict[str, int]:
        """The most frequent reasons -> items, each with what to do, where all its items say the same."""
        return {self._advised(reason): number for reason, number in self.reasons.most_common(count)}

    def commit(self) -> int:
        """Have all entries on the disk; return the size of their file."""
        return self._journal.commit()

    def close(self) -> None:
        """Write the file."""
        self._journal.close(SCHEMA)

    def abandon(self) -> None:
        """Close the file that is being written."""
        self._journal.abandon()

    def _count(self, reason: str, classes: Sequence[str]) -> None:
        self.count += 1
        self.classes.update(classes)
        kind, result = reason.partition(", got ")[0], ADVICE.fullmatch(reason)
        advice = result[1].rstrip(".") if result else ""
        self.reasons[kind] += 1
        if self._advice.setdefault(kind, advice) != advice:
            self._advice[kind] = ""

    def _advised(self, kind: str) -> str:
        advice = self._advice[kind]
        return f"{kind}: {advice[0].lower()}{advice[1:]}" if advice else kind


def _kept(text: str) -> str:
    return writable(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")
