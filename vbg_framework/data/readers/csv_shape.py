"""What a row of a CSV file looks like, and whether the lines inside a quoted cell look like rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from vbg_framework.data.readers.csv_line import split_literally

LEAST, SHARE = 10, 0.95  # rows that must have been seen, and the share of them that makes a habit of a column
QUOTE, WRITE = "Quote cells that hold the delimiter", "Write all cells of a row, the empty ones too"
ACCIDENT = 3  # so many lines that could be rows are no accident, even if the first line of the record could be none


class Shape:
    """The number of cells of a row, and the habits of the columns.

    Args:
        header: names of the columns. Nameless ones at its end may be left out in a row.
        delimiter: what separates cells.
        sample: gives rows of the file; asked at most once.
    """

    def __init__(self, header: Sequence[str], delimiter: str, sample: Callable[[], Iterable[list[str]]]) -> None:
        self.width = len(header)
        self.needed = max((index for index, name in enumerate(header, 1) if name.strip()), default=0)
        self._delimiter, self._sample = delimiter, sample

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether a row may have these cells: as many as the header; only empty ones may come on top."""
        return len(cells) >= self.needed and not any(cells[self.width :])

    def misfit(self, cells: Sequence[str], lines: str = "") -> str:
        """What is wrong with a row that does not fit; `lines` are those it takes, if they are several."""
        got = f"row does not have as many cells as the header, got {len(cells)}, not {self.width}{lines}"
        fix = QUOTE if len(cells) > self.width else WRITE
        return f"{got}. {fix}"

    def may_be_rows(self, first: str, inside: Iterable[str]) -> bool:
        """Whether the lines of a record may be rows that a quote in the first of them joined by mistake.

        At least half of the lines inside could be rows, and so could the first one, or many of them. A table of one
        column has no such lines: nothing tells a row from a line of text.
        """
        lines = [line for line in inside if line.strip()]
        rows = sum(self._may_be_row(next(csv.reader([line], delimiter=self._delimiter))) for line in lines)
        if self.width == 1 or not rows or 2 * rows < len(lines):
            return False
        return rows >= ACCIDENT or self._may_be_row(split_literally(first, self._delimiter))

    def _may_be_row(self, cells: Sequence[str]) -> bool:
        return self.fits(cells) and all(keeps(cells[place]) for place, keeps in self._habits)

    @cached_property
    def _habits(self) -> list[tuple[int, Callable[[str], bool]]]:
        """Columns of which (nearly) every cell is one word, or holds a digit, such as ids and file names."""
        rows = list(self._sample())
        if len(rows) < LEAST:
            return []
        columns = [[row[index] for row in rows] for index in range(self.needed)]
        pairs = ((index, keeps) for index in range(self.needed) for keeps in (_is_word, _has_digit))
        return [(place, keeps) for place, keeps in pairs if sum(map(keeps, columns[place])) >= SHARE * len(rows)]


def _is_word(cell: str) -> bool:
    return len(cell.split()) == 1


def _has_digit(cell: str) -> bool:
    return any(sign.isdigit() for sign in cell)
