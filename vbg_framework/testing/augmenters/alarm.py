"""Interrupting an augmenter where it looks at a record or moves its bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import overload

from vbg_framework.contracts.record import Record
from vbg_framework.screen import Bar, Screen


class Interrupted(BaseException):
    """Stands for a kill."""


class Alarm:
    """Counts the steps of a fit, and kills it at a given one."""

    def __init__(self, at: int | None = None) -> None:
        self.at, self.steps = at, 0

    def __call__(self) -> None:
        """Count one step."""
        self.steps += 1
        if self.steps == self.at:
            raise Interrupted


class WatchedRecords(Sequence[Record]):
    """Records that log access."""

    def __init__(self, records: Sequence[Record], alarm: Callable[[], None]) -> None:
        self.records, self.alarm = records, alarm

    def __len__(self) -> int:
        return len(self.records)

    @overload
    def __getitem__(self, index: int) -> Record: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...

    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        self.alarm()
        return self.records[index]


class _WatchedBar(Bar):
    def __init__(self, name: str, total: int | None, done: int, alarm: Callable[[], None]) -> None:
        super().__init__(name, total, done)
        self._alarm = alarm

    def _update(self) -> None:
        self._alarm()


class WatchedScreen(Screen):
    """Shows nothing, and rings with every progress."""

    def __init__(self, alarm: Callable[[], None]) -> None:
        super().__init__()
        self._alarm = alarm

    @contextmanager
    def progress(self, name: str, total: int | None, done: int = 0) -> Iterator[Bar]:
        """A bar that rings whenever it moves."""
        yield _WatchedBar(name, total, done, self._alarm)
