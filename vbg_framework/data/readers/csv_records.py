"""The records of a CSV file from its physical lines: a quote that is not closed costs its own line, no other.

RFC 4180 lets a quoted cell go over several lines, so a quote too many joins rows that have nothing to do with each
other. A record over several lines is believed if it is well formed, has as many cells as the header, and the lines
inside it do not look like rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vbg_framework.data.readers.ahead import Ahead
from vbg_framework.data.readers.csv_line import literal_cells
from vbg_framework.data.readers.csv_shape import Shape
from vbg_framework.data.readers.csv_span import BACKSLASH, BLANKS, DOUBLED, Reading, Span, read_span
from vbg_framework.data.readers.lines import TOO_LONG

SHOWN = 40  # characters of a line in a reason


class Piece(NamedTuple):
    """Lines `first` to `last`, counted from 1: the cells of a row, or why there is none."""

    first: int
    last: int
    found: list[str] | str


class Records:
    """Goes through the records below the header. Blank lines are passed over; every other line is in one piece.

    Every line is looked at a bounded number of times, whatever the quotes: lines that were looked through for a record
    in vain are not looked through again for one that begins among them.

    Args:
        ahead: the lines.
        delimiter: what separates cells.
        shape: what a row looks like.
        skip_blanks: whether blanks after a delimiter belong to no cell.
    """

    def __init__(self, ahead: Ahead, delimiter: str, shape: Shape, *, skip_blanks: bool = False) -> None:
        self._ahead, self._delimiter, self._shape = ahead, delimiter, shape
        self._usual = BLANKS if skip_blanks else DOUBLED
        self._in_vain: dict[str, int] = {}

    def __iter__(self) -> Iterator[Piece]:
        while (line := self._ahead.peek()) != "":
            first = self._ahead.number + 1
            count, result = self._next(line)
            self._ahead.take(count)
            if result is not None:
                yield Piece(first, first + count - 1, result)

    def _next(self, line: str | None) -> tuple[int, list[str] | str | None]:
        """The lines the next record takes, and what it is; None = blank."""
        if line is None:
            return 1, TOO_LONG
        if '"' in line:
            return self._quoted(line)
        if not line.strip() and self._delimiter not in line:
            return 1, None
        cells = line.rstrip("\r\n").split(self._delimiter)
        if self._usual.skip_blanks:
            cells = [cell.lstrip(" ") for cell in cells]
        return 1, cells if self._shape.fits(cells) else self._shape.misfit(cells)

    def _quoted(self, line: str) -> tuple[int, list[str] | str]:
        """The first reading of the quotes that gives a row; of the line alone, if no other."""
        usual = None
        for reading in self._readings(line):
            span = self._span(reading)
            if span.cells is not None and self._shape.fits(span.cells) and not self._joins_rows(line, span):
                return span.lines, span.cells
            usual = usual or span
        cells = literal_cells(line, self._delimiter)
        if cells is not None and self._shape.fits(cells):
            return 1, cells
        assert usual is not None
        return self._broken(line, usual)

    def _readings(self, line: str) -> Iterator[Reading]:
        yield self._usual
        if '\\"' in line:
            yield BACKSLASH
        if not self._usual.skip_blanks and f'{self._delimiter} "' in line:
            yield BLANKS

    def _span(self, reading: Reading) -> Span:
        first = self._ahead.number + 1
        span = read_span(self._ahead, self._delimiter, reading, alone=first < self._in_vain.get(reading.name, 0))
        if span.lines > 1:
            self._in_vain[reading.name] = first + span.lines - 1
        return span

    def _joins_rows(self, line: str, span: Span) -> bool:
        inside = (self._ahead.peek(index) or "" for index in range(1, span.lines))
        return span.lines > 1 and self._shape.may_be_rows(line, inside)

    def _broken(self, line: str, span: Span) -> tuple[int, str]:
        """The lines that are given up, and why."""
        first = self._ahead.number + 1
        last = max(first + span.lines - 1, self._in_vain.get(self._usual.name, 0))
        if span.cells is not None and self._shape.fits(span.cells):
            return span.lines, _undecided(first, last)
        if span.cells is not None and not self._joins_rows(line, span):
            return span.lines, self._shape.misfit(span.cells, f" (lines {first}-{last})" if span.is_open else "")
        shown = repr(line.strip()[:SHOWN])
        if not span.is_open:
            return 1, f"quotes inside a cell are not doubled, got {shown}"
        rest = f"; it would take along lines {first + 1}-{last}, which are read by themselves" if last > first else ""
        return 1, f"quote is not closed, got {shown}" + rest


def _undecided(first: int, last: int) -> str:
    what = "rows cannot be told apart from a cell with line breaks"
    advice = f"Close the quote in line {first}, or, if it is one cell, take its line breaks out"
    return f"{what}, got lines {first}-{last} ({last - first + 1} rows). {advice}"
