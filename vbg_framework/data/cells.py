"""Reading the cells of a catalogue, whatever wrote them."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

from vbg_framework.data.path import CellError as CellError
from vbg_framework.data.path import path_inside as path_inside

NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d+)?")  # 007 is not one


def cell_text(column: str | None, cell: Any) -> str | None:
    """A cell as text without white space around it; None = missing.

    Raises:
        CellError: it holds neither text nor a number nor a date.
    """
    if isinstance(cell, str):
        return cell.strip() or None
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, date):
        cell = cell.isoformat()
    if not isinstance(cell, str | int | float):  # dates are text by now
        raise CellError(f"column '{column}' must hold text or numbers, got {type(cell).__name__}")
    return str(cell).strip() or None


def cell_value(column: str, cell: Any) -> str | float:
    """A number where the cell is one or is written like one, otherwise its text; empty = missing."""
    text = cell_text(column, cell) or ""
    return float(text) if NUMBER.fullmatch(text) else text


def cell_parts(column: str, cell: Any, separator: str | None) -> list[str]:
    """The values of a cell that may hold several: a list, or text with a separator between them."""
    if isinstance(cell, list | tuple):
        parts = cell
    else:
        text = cell_text(column, cell) or ""
        parts = text.split(separator) if separator else [text]
    return [kept for part in parts if (kept := cell_text(column, part))]
