"""Rows of a CSV file; whatever its quotes, no row is lost without a word."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.data.catalogue.spelling import spelt
from vbg_framework.data.readers.ahead import Ahead
from vbg_framework.data.readers.broken import Broken
from vbg_framework.data.readers.csv_line import literal_cells, split_literally
from vbg_framework.data.readers.csv_records import Records
from vbg_framework.data.readers.csv_shape import Shape
from vbg_framework.data.readers.csv_span import BLANKS, DOUBLED, read_span
from vbg_framework.data.readers.delimiter import SIGNS, told_delimiter
from vbg_framework.data.readers.encoding import told_encoding
from vbg_framework.data.readers.lines import is_text, open_lines

SAMPLE = 200  # rows whose habits tell rows from lines of text
LONGEST_NAME = 10_000
LONGEST_HEADER = 1 << 20  # characters of a line that may name columns
HEAD = 20  # lines among which a header is looked for
TOLD = 50  # lines that tell what separates the cells
FIX = "Name the `encoding`, such as cp1251 (Cyrillic), cp1250 (Polish, Czech), cp1253 (Greek), shift_jis (Japanese)"
FIX += ", or save it as CSV in UTF-8."
REPEATED = "row repeats the header"
MARK = re.compile(r"sep=(.)\s*")
"""First line in which a spreadsheet says what separates the cells."""


@dataclass(frozen=True)
class Csv:
    """One file; quoted cells may hold line breaks.

    Args:
        path: the file.
        delimiter: what separates cells; None = what the file says in a line `sep=;`, otherwise what its rows tell.
        usual: what they are taken to tell in case of doubt.
        encoding: as Python calls it; None = told from the bytes.
        skip: lines above the header that are passed over.
    """

    path: Path
    delimiter: str | None = None
    usual: str = ","
    encoding: str | None = None
    skip: int = 0

    def columns(self) -> list[str]:
        """The names in the header.

        Raises:
            VBGError: there is no header that can be read.
        """
        with self._open() as (header, _):
            return header

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, Any] | str]]:
        """Yield (line it begins in, column -> cell, or why there is no row); `columns` must be UTF-8 in it."""
        with self._open() as (header, records):
            for first, _, result in records:
                if not any(result):  # a spreadsheet writes rows that were emptied
                    continue
                yield first, result if isinstance(result, str) else _row(header, result, columns)

    def advice(self, names: Sequence[str]) -> str:
        """What to do if not all of these columns are in the header: which line or delimiter has them; else ""."""
        with open_lines(self.path, self.encoding) as lines:
            ahead = Ahead(lines)
            delimiter = self._start(ahead)
            header = ahead.number + 1
            for sign in dict.fromkeys([delimiter, *SIGNS]):
                for index in range(HEAD):
                    cells = split_literally(_short(ahead.peek(index)), sign)
                    if all(spelt(name, cells) for name in names):
                        return _advice(ahead.peek() or "", header, header + index, sign if sign != delimiter else "")
        return ""

    def manner(self) -> tuple[str, str]:
        """(encoding, what separates the cells) with which the file is read."""
        with open_lines(self.path, self.encoding) as lines:
            return self.encoding or told_encoding(self.path), self._start(Ahead(lines))

    @contextmanager
    def _open(self, *, sampled: bool = True) -> Iterator[tuple[list[str], Records]]:
        """The header and the records below it."""
        with open_lines(self.path, self.encoding) as lines:
            ahead = Ahead(lines)
            delimiter = self._start(ahead)
            header, skip_blanks = _read_header(ahead, delimiter)
            if problem := _problem(header):
                raise VBGError(str(self.path), problem, FIX)
            shape = Shape(header, delimiter, self._first_rows if sampled else tuple)
            yield header, Records(ahead, delimiter, shape, skip_blanks=skip_blanks)

    def _start(self, ahead: Ahead) -> str:
        """Go to the line of the header; return the delimiter."""
        mark = MARK.fullmatch(ahead.peek() or "")
        ahead.take((1 if mark else 0) + self.skip)
        while (line := ahead.peek()) and not line.strip():
            ahead.take(1)
        if self.delimiter or mark:
            return self.delimiter or str(mark and mark[1])
        return told_delimiter([line for index in range(TOLD) if (line := _short(ahead.peek(index)))], self.usual)

    def _first_rows(self) -> list[list[str]]:
        with self._open(sampled=False) as (_, records):
            return [result for _, _, result in islice(records, SAMPLE) if isinstance(result, list)]


def _read_header(ahead: Ahead, delimiter: str) -> tuple[list[str], bool]:
    """Take the names, none if they cannot be told, and whether each but the first has a blank before it."""
    if not _short(ahead.peek()):
        return [], False
    names = literal_cells(ahead.peek() or "", delimiter) or []
    skip_blanks = len(names) > 1 and all(name.startswith(" ") for name in names[1:])
    span = read_span(ahead, delimiter, BLANKS if skip_blanks else DOUBLED)
    ahead.take(1 if span.cells is None else span.lines)
    return names if span.cells is None else span.cells, skip_blanks


def _short(line: str | None) -> str:
    """A line that may name columns, or \"\"."""
    return line if line and len(line) <= LONGEST_HEADER else ""


def _problem(header: Sequence[str]) -> str:
    """Why these are no names of columns; "" = they are."""
    text, what = "".join(header), "has no header that can be read"
    if "\0" in text:
        return f"{what}, got zeros between the letters as in UTF-16"
    if not is_text(text):
        return f"{what}, got bytes that are not UTF-8 and of no encoding that is known by sight"
    return "" if text.strip() and max(map(len, header)) <= LONGEST_NAME else what


def _row(header: Sequence[str], cells: list[str], columns: Sequence[str]) -> dict[str, Any] | str:
    if cells == header:
        return REPEATED
    row = dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=False))
    for column in columns:
        if not is_text(row[column]):
            shown = row[column].encode(errors="surrogateescape")[:40]
            reason = f"column '{column}' is not UTF-8, got {shown!r}. Name the `encoding`, or save the table in UTF-8"
            return Broken(reason, row)
    return row


def _advice(line: str, header: int, index: int, delimiter: str) -> str:
    advice = f"Set `delimiter: {json.dumps(delimiter)}` or separate its cells with commas." if delimiter else ""
    if index == header:
        return f"Its cells are separated otherwise, got {line.strip()[:60]!r}. {advice}"
    read = f"Line {header} was read as the header: {line.strip()[:60]!r}. It seems to be in line {index}"
    return f"{read}: set `skip: {index - header}` or delete the lines above it. {advice}".strip()
