"""Rows of a spreadsheet: one sheet of an Excel or OpenDocument file, its values as a text table would hold them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.data.catalogue.spelling import spelt
from vbg_framework.data.readers.csv_file import REPEATED
from vbg_framework.data.readers.sheet_size import too_large

SUFFIXES = (".xlsx", ".xlsm", ".ods", ".xls")
LARGEST = 1 << 28
"""Bytes of a spreadsheet, unpacked, that are read: it is held in memory, unlike a text table."""
DIGITS = 15  # of a number in a cell; what comes behind is rounding
HEAD = 20  # rows among which a header is looked for


@dataclass(frozen=True)
class Workbook:
    """One sheet; its first row with a value names the columns, and rows without any value are passed over.

    Args:
        path: the file.
        sheet: name of the sheet; None = the one with the most cells, which no cover sheet is.
        skip: rows at the top of the sheet that are passed over.
    """

    path: Path
    sheet: str | None = None
    skip: int = 0

    def columns(self) -> list[str]:
        """The names in the header.

        Raises:
            VBGError: it cannot be read, is too large, or the sheet is not there or empty.
        """
        name, _ = self.chosen()
        header = next(self._filled(name), None)
        if header is None:
            raise VBGError(str(self.path), f"sheet '{name}' holds no rows", "Name another one with `sheet`.")
        return [_text(cell) for cell in header[1]]

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, Any] | str]]:
        """Yield (row of the sheet, column -> cell)."""
        header = self.columns()
        for number, cells in islice(self._filled(self.chosen()[0]), 1, None):
            is_header = [_text(cell) for cell in cells] == header
            yield number, REPEATED if is_header else dict(zip(header, cells, strict=True))

    def advice(self, names: Sequence[str]) -> str:
        """What to do if not all of these columns are in the header: which row or sheet has them; else ""."""
        read, sheets = self.chosen()
        for sheet in dict.fromkeys([read, *sheets]):
            for number, cells in islice(self._filled(sheet), HEAD):
                if all(spelt(name, map(_text, cells)) for name in names):
                    place = f"They are in row {number}: set `skip: {number - 1}`."
                    return place if sheet == read else f"Sheet '{sheet}' has them: set `sheet: {sheet}`."
        return ""

    def chosen(self) -> tuple[str, list[str]]:
        """The name of the sheet that is read, and those of all sheets."""
        sheets = _read(self.path)
        if self.sheet is None:
            return self.sheets()[0], [*sheets]
        result = spelt(self.sheet, sheets)
        if len(result) != 1:
            raise VBGError(str(self.path), f"no sheet '{self.sheet}'", did_you_mean(self.sheet, sheets))
        return result[0], [*sheets]

    def sheets(self) -> list[str]:
        """The names of all sheets, those with the most cells first."""
        sheets = _read(self.path)
        return sorted(sheets, key=lambda name: -sum(map(len, sheets[name])))

    def _filled(self, sheet: str) -> Iterator[tuple[int, list[Any]]]:
        """(row of the sheet, its values) of every row with a value, from the header on."""
        for number, cells in enumerate(_read(self.path)[sheet], 1):
            if number > self.skip and any(cell != "" for cell in cells):
                yield number, [_value(cell) for cell in cells]


def _read(path: Path) -> dict[str, list[list[Any]]]:
    about = path.stat()
    return _sheets(path, about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=1)
def _sheets(path: Path, size: int, changed: int) -> dict[str, list[list[Any]]]:
    """Name of a sheet -> its rows, all as wide, the first row of the sheet first."""
    if told := too_large(path, LARGEST):
        raise VBGError(str(path), f"is too large for a spreadsheet, got {told}", "Save the sheet as CSV.")
    try:
        book = CalamineWorkbook.from_path(str(path))
        return {name: _filled_down(book.get_sheet_by_name(name)) for name in book.sheet_names}
    except (CalamineError, OSError) as error:
        raise VBGError(str(path), f"cannot be read as a spreadsheet ({error})", "Save it again, or as CSV.") from error


def _filled_down(sheet: CalamineSheet) -> list[list[Any]]:
    """The rows of a sheet; what stands in a cell merged over several rows stands in each of them."""
    rows = sheet.to_python(skip_empty_area=False)
    left = sum(map(len, rows))  # ranges do not overlap, unless somebody wants to keep us busy
    for (first, column), (last, _) in sheet.merged_cell_ranges or ():
        merged = rows[first : min(last + 1, first + left)]
        left -= len(merged)
        for row in merged[1:]:
            row[column : column + 1] = merged[0][column : column + 1]
    return rows


def _value(cell: Any) -> Any:
    """A value as a text table would have it: whole numbers without a point, days without a time, TRUE and FALSE."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        plain = float(f"{cell:.{DIGITS}g}")
        return int(plain) if plain.is_integer() and abs(plain) < 10**DIGITS else plain
    return cell.date() if isinstance(cell, datetime) and cell.time() == time() else cell


def _text(cell: Any) -> str:
    return str(cell)
