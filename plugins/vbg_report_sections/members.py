"""What a fitted head is made of."""

from __future__ import annotations

from collections.abc import Iterator

from vbg_framework import Grid, ReportSection
from vbg_framework.toolkit import RunFolder


class Members(ReportSection):
    """The parts of a fitted head, such as the members of an ensemble, with their shares."""

    title = "Parts of the head"

    def content(self, run: RunFolder) -> Iterator[Grid]:
        """A table per task, from `members.json`."""
        known = run.read_json("members.json") if (run.path / "members.json").exists() else {}
        for task, rows in known.items():
            if rows:
                ordered = sorted(rows, key=lambda row: -row["weight"])
                head = [key.replace("_", " ") for key in rows[0]]
                yield Grid(head, [[*row.values()] for row in ordered], f"What answers {task}, the largest share first")
