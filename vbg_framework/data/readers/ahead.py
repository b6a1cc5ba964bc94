"""Lines that can be looked at before they are taken."""

from __future__ import annotations

from collections.abc import Iterator

SPENT = 4096  # lines already taken that are kept before room is made: moving the rest is not free


class Ahead:
    """Goes through lines one after the other, and looks ahead.

    Args:
        lines: see `lines.open_lines`.

    Attributes:
        number: lines taken so far.
    """

    def __init__(self, lines: Iterator[str | None]) -> None:
        self.number = 0
        self._lines = lines
        self._seen: list[str | None] = []
        self._start = 0

    def peek(self, index: int = 0) -> str | None:
        """The line `index` lines ahead; "" behind the last one."""
        while len(self._seen) - self._start <= index:
            self._seen.append(next(self._lines, ""))
        return self._seen[self._start + index]

    def take(self, count: int) -> None:
        """Have done with so many lines."""
        self.number += count
        self._start += count
        if self._start > SPENT:
            del self._seen[: self._start]
            self._start = 0
