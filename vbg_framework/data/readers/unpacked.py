"""The content of a gzip file, and how much of it is too much: a bomb unpacks to a thousand times its size. Light."""

from __future__ import annotations

import gzip
import io
from contextlib import AbstractContextManager, nullcontext
from typing import Any, BinaryIO

RATIO = 200
"""Times its packed size that anything may unpack to; catalogues reach 20, and gzip cannot reach more than 1,032."""
SMALL = 1 << 20
"""Bytes that anything may unpack to."""
GZIP = b"\x1f\x8b"


class TooMuch(gzip.BadGzipFile):
    """A file that unpacks to more than any honest one."""

    def __init__(self) -> None:
        super().__init__(f"it unpacks to more than {RATIO} times its size")


def most_unpacked(packed: int) -> int:
    """Bytes that so many packed ones may unpack to."""
    return max(SMALL, RATIO * packed)


def unpacked(file: Any) -> AbstractContextManager[Any]:
    """A context with the content of a file that may be gzip; reading raises `TooMuch` where it is a bomb.

    Args:
        file: a buffered file at its beginning.
    """
    return io.BufferedReader(_Plain(file), 1 << 17) if file.peek(2)[:2] == GZIP else nullcontext(file)


class _Plain(io.RawIOBase):
    """The unpacked bytes, counted against the packed ones read so far."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed, self._plain, self._given = packed, gzip.GzipFile(fileobj=packed), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._plain.readinto(buffer)
        self._given += count
        if self._given > SMALL and self._given > most_unpacked(self._packed.tell()):
            raise TooMuch
        return count
