"""The ledger of decisions about labels."""

from __future__ import annotations

from pathlib import Path

from vbg_framework.ui.decision import Decision
from vbg_framework.ui.entries import Entries

COLUMNS = """
kind text not null check (kind in ('correct', 'accept', 'skip', 'undo', 'file')), id text not null,
task text not null, value text not null, before text not null, who text not null, why text not null,
seen integer not null, undone integer not null
"""


class Ledger(Entries[Decision]):
    """Decisions of one data set.

    Args:
        path, data: as of `Entries`.
    """

    def __init__(self, path: Path, data: str) -> None:
        super().__init__(path, data, Decision, "decisions", COLUMNS)

    def decisions(self) -> list[Decision]:
        """All entries, in order."""
        return self.all()
