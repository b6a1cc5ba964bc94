"""Rows that cannot be used, with the cells that could be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Broken(str):
    """Why there is no row.

    Args:
        reason: in words.
        cells: column -> cell, as far as they could be read.
    """

    cells: Mapping[str, Any]

    def __new__(cls, reason: str, cells: Mapping[str, Any]) -> Broken:
        """A string with cells."""
        made = super().__new__(cls, reason)
        made.cells = cells
        return made
