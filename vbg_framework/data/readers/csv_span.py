"""The lines that one record of a CSV file takes, if its quotes are meant in a certain way."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from vbg_framework.data.readers.ahead import Ahead
from vbg_framework.data.readers.lines import LONGEST

REACH = 1 << 20
"""Characters for which a record may go on after its first line."""
ESCAPED = re.compile(r'\\(["\\])')

csv.field_size_limit(max(LONGEST, csv.field_size_limit()))  # lines and records are bounded already


class Reading(NamedTuple):
    """One way in which quotes may be meant.

    Args:
        name: of the way.
        rewrite: turns a line into one whose quotes are doubled (RFC 4180).
        skip_blanks: whether blanks after a delimiter belong to no cell.
    """

    name: str
    rewrite: Callable[[str], str] = str
    skip_blanks: bool = False


class Span(NamedTuple):
    """A record as it was read.

    Args:
        lines: how many lines were looked at for it.
        cells: its cells; None = it is not well formed.
        is_open: whether its first line ends inside a quote.
    """

    lines: int
    cells: list[str] | None
    is_open: bool


DOUBLED = Reading("doubled")
BLANKS = Reading("blanks", skip_blanks=True)
BACKSLASH = Reading("backslash", lambda line: ESCAPED.sub(lambda result: {'"': '""'}.get(result[1], result[1]), line))
r"""`\"` is a quote and `\\` a backslash, as databases write them."""


def read_span(ahead: Ahead, delimiter: str, reading: Reading, *, alone: bool = False) -> Span:
    """Try the record that begins in the next line; nothing is taken.

    Args:
        alone: do not look beyond the first line.
    """
    count, is_open = 0, False

    def feed() -> Iterator[str]:
        nonlocal count, is_open
        size = 0
        while size <= REACH and not (alone and count) and (line := ahead.peek(count)):
            size += len(line) if count else 0
            count += 1
            yield reading.rewrite(line)
            is_open = True

    reader = csv.reader(feed(), delimiter=delimiter, strict=True, skipinitialspace=reading.skip_blanks)
    try:
        cells = next(reader)
    except (csv.Error, StopIteration):
        cells = None
    return Span(count, cells, is_open)
