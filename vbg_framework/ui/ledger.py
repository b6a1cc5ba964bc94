"""The ledger of decisions about labels: SQLite, to which entries are added and never changed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from vbg_framework.base.errors import VBGError
from vbg_framework.ui.decision import Decision

PATIENCE = 30.0  # seconds that a process waits for another one that is writing
SCHEMA = """
create table if not exists about (name text primary key, value text not null);
create table if not exists decisions (
  kind text not null check (kind in ('correct', 'accept', 'skip', 'undo', 'file')), id text not null,
  task text not null, value text not null, before text not null, who text not null, why text not null,
  seen integer not null, undone integer not null, "when" text not null,
  number integer primary key autoincrement);
create trigger if not exists stays before update on decisions begin select raise(abort, 'entries stay'); end;
create trigger if not exists keeps before delete on decisions begin select raise(abort, 'entries stay'); end;
"""


class Ledger:
    """A file that several people and processes may add to at once. What `add` returned is on the disk.

    Args:
        path: of the SQLite file; made if it is absent.
        data: name of the data set, whose decisions alone it holds.

    Raises:
        VBGError: it is no such file, or belongs to another data set.
    """

    def __init__(self, path: Path, data: str) -> None:
        self.path = path
        self._known: list[Decision] = []
        self._turn = threading.Lock()
        with self._open() as database:
            database.executescript(SCHEMA)
            database.execute("insert or ignore into about values ('data', ?)", (data,))
            (owner,) = database.execute("select value from about where name = 'data'").fetchone()
        if owner != data:
            fix = "Name another file with --corrections."
            raise VBGError(str(path), f"holds decisions about data '{owner}', got '{data}'", fix)

    def add(self, decision: Decision) -> Decision:
        """Write an entry; return it with its number, and with the time unless it has one.

        Raises:
            VBGError: it cannot be written.
        """
        when = decision.when or datetime.now(UTC).isoformat(timespec="microseconds")
        entry = decision._replace(when=when)
        places = ", ".join("?" * (len(entry) - 1))
        with self._open() as database:
            number = database.execute(f"insert into decisions values ({places}, null)", entry[:-1]).lastrowid
        return entry._replace(number=int(number or 0))

    def decisions(self) -> list[Decision]:
        """All entries, in order."""
        with self._turn:
            after = self._known[-1].number if self._known else 0
            with self._open() as database:
                rows = database.execute("select * from decisions where number > ? order by number", (after,))
                self._known += [Decision(*row) for row in rows]
            return list(self._known)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are on the disk when the block ends well."""
        try:
            with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as database:
                database.execute("pragma journal_mode = wal")
                database.execute("pragma synchronous = full")
                with database:
                    yield database
        except sqlite3.Error as error:
            raise VBGError(str(self.path), f"cannot be used ({error})", "Free space, or name another file.") from error
