"""Reading the cells of a catalogue, whatever wrote them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np

from vbg_framework.data.catalogue.number import Mark, as_text, parse_number
from vbg_framework.data.catalogue.path import CellError as CellError
from vbg_framework.data.catalogue.path import path_inside as path_inside


class Written(float):
    """A number read from a text.

    Attributes:
        text: how it was written.
    """

    text: str

    def __new__(cls, number: float, text: str) -> Written:
        """The number, with its text."""
        made = super().__new__(cls, number)
        made.text = text
        return made


def cell_text(column: str | None, cell: Any) -> str | None:
    """A cell as text without white space around it; None = missing, which NaN and infinite numbers are, too.

    Whole numbers have no point (1899.0 is `1899`), and integers of any size all of their digits. Dates and times are
    written as in ISO 8601.

    Raises:
        CellError: it holds neither text nor a number nor a date.
    """
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, np.generic):
        return cell_text(column, _plain(cell))
    if cell is None:
        return None
    for kind, text in _TEXTS.items():
        if isinstance(cell, kind):
            return _written(column, cell, text)
    advice = ". Write its values into columns of their own" if isinstance(cell, dict | list | tuple) else ""
    raise CellError(f"column '{column}' must hold text or numbers, got {type(cell).__name__}{advice}")


def cell_value(column: str, cell: Any, decimal: Mark = ".") -> str | float:
    """A number where the cell is one or is written like one, otherwise its text; empty = missing.

    An integer that a float cannot hold stays text.

    Args:
        column: named in messages.
        cell: of any type.
        decimal: see `parse_number`.
    """
    if type(cell) is float and math.isfinite(cell):
        return cell + 0.0
    text = cell_text(column, cell) or ""
    is_text = isinstance(cell, str | bytes)
    number = parse_number(text, decimal if is_text else ".")
    if number is None:
        return text
    return Written(number, text) if is_text and ("." in text or "," in text) else number


def _plain(cell: np.generic) -> Any:
    """What Python has for a scalar of NumPy; None = missing."""
    if isinstance(cell, np.datetime64):
        return iso_text(cell)
    if isinstance(cell, np.timedelta64):
        return None if np.isnat(cell) else timedelta(seconds=float(cell / np.timedelta64(1, "s")))
    return float(str(cell)) if isinstance(cell, np.floating) else cell.item()  # 0.1 in single precision is 0.1, too


def iso_text(moment: np.datetime64) -> str | None:
    """A date or point in time as ISO 8601 text, years of four digits at least, without a fraction of zeros."""
    if np.isnat(moment):
        return None
    sign, year, rest = re.fullmatch(r"(-?)(\d+)(.*)", str(moment)).groups()  # type: ignore[union-attr]
    return f"{sign}{year.zfill(4)}{re.sub(r'[.]0+$', '', rest)}"


def _written(column: str | None, cell: Any, text: Callable[[Any], str | None]) -> str | None:
    try:
        return text(cell)
    except (ValueError, OverflowError) as error:  # bytes that are no text, more digits than Python writes
        raise CellError(f"column '{column}' must hold text or numbers, got {type(cell).__name__} ({error})") from error


def _decimal_text(cell: Decimal) -> str | None:
    if not cell.is_finite():
        return None
    if abs(cell.adjusted()) > LONGEST:
        return str(cell)
    text = f"{cell if cell else Decimal():f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _duration_text(cell: timedelta) -> str:
    return f"PT{as_text(cell.total_seconds())}S"


LONGEST = 400  # digits of a decimal number; longer ones are written with an exponent
_TEXTS: dict[type, Callable[[Any], str | None]] = {
    float: lambda cell: as_text(cell) if math.isfinite(cell) else None,
    int: str,
    Decimal: _decimal_text,
    date: lambda cell: cell.isoformat() if cell == cell else None,
    time: lambda cell: cell.isoformat(),
    timedelta: lambda cell: _duration_text(cell) if cell == cell else None,
    bytes: lambda cell: cell.decode().strip() or None,
    UUID: str,
}


def cell_parts(column: str, cell: Any, separator: str | None) -> list[str]:
    """The values of a cell that may hold several: a list, or text with a separator between them."""
    if isinstance(cell, list | tuple):
        parts = cell
    else:
        text = cell_text(column, cell) or ""
        parts = text.split(separator) if separator else [text]
    return [kept for part in parts if (kept := cell_text(column, part))]
