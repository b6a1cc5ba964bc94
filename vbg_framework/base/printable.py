"""Text of others on a terminal: signs that a terminal would obey are shown, not sent. Light."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tab and line feed, signs that turn the direction of writing, halves of surrogate pairs."""


def printable(text: str) -> str:
    """The text with such signs written as escapes: `\\x1b[2J`, never a cleared screen."""
    return _OBEYED.sub(lambda result: result[0].encode("unicode_escape").decode(), text)


@contextmanager
def printable_output() -> Iterator[None]:
    """Have all that is printed pass through `printable`, whoever prints it: the one boundary of every command."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_Printable(stream) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def terminal() -> TextIO:
    """Standard output for who draws on it, such as bars and tables; text of others goes through `printable` there."""
    return getattr(sys.stdout, "unchanged", sys.stdout)


class _Printable:
    """A stream that shows what a terminal would obey.

    Args:
        stream: where it goes.
    """

    def __init__(self, stream: TextIO) -> None:
        self.unchanged = stream

    def write(self, text: str) -> int:
        start = "\r" if text.startswith("\r") else ""  # a bar of a library draws its line anew
        self.unchanged.write(start + printable(text[len(start) :]))
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.unchanged, name)
