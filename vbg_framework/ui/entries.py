"""One table of a ledger: SQLite, to which entries are added and never changed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from vbg_framework.base.errors import VBGError

Entry = TypeVar("Entry", bound=tuple[Any, ...])
PATIENCE = 30.0  # seconds that a process waits for another one that is writing
SCHEMA = """
create table if not exists about (name text primary key, value text not null);
create table if not exists {table} ({columns}, "when" text not null, number integer primary key autoincrement);
create trigger if not exists {table}_stay before update on {table} begin select raise(abort, 'entries stay'); end;
create trigger if not exists {table}_keep before delete on {table} begin select raise(abort, 'entries stay'); end;
"""


class Entries(Generic[Entry]):
    """A table that several people and processes may add to at once. What `add` returned is on the disk.

    Args:
        path: of the SQLite file; made if it is absent.
        data: name of the data set, whose entries alone it holds.
        make: an entry from its columns; the last two are `when` and `number`.
        table, columns: the table, and its columns without the last two, in SQL.

    Raises:
        VBGError: it is no such file, or belongs to another data set.
    """

    def __init__(self, path: Path, data: str, make: Callable[..., Entry], table: str, columns: str) -> None:
        self.path, self._make, self._table = path, make, table
        self._known: list[Entry] = []
        self._turn = threading.Lock()
        with self._open() as database:
            database.executescript(SCHEMA.format(table=table, columns=columns))
            database.execute("insert or ignore into about values ('data', ?)", (data,))
            (owner,) = database.execute("select value from about where name = 'data'").fetchone()
        if owner != data:
            fix = "Name another file with --corrections."
            raise VBGError(str(path), f"holds decisions about data '{owner}', got '{data}'", fix)

    def add(self, entry: Entry) -> Entry:
        """Write an entry; return it with its number, and with the time (UTC, ISO 8601) unless it has one.

        Raises:
            VBGError: it cannot be written.
        """
        values = (*entry[:-2], entry[-2] or datetime.now(UTC).isoformat(timespec="microseconds"))
        places = ", ".join("?" * len(values))
        with self._open() as database:
            added = database.execute(f"insert into {self._table} values ({places}, null)", values)
        return self._make(*values, int(added.lastrowid or 0))

    def all(self) -> list[Entry]:
        """All entries, in order."""
        with self._turn:
            after = self._known[-1][-1] if self._known else 0
            with self._open() as database:
                rows = database.execute(f"select * from {self._table} where number > ? order by number", (after,))
                self._known += [self._make(*row) for row in rows]
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
