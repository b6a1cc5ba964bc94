"""Statistics of one column of a table, cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from vbg_framework.data.catalogue.cells import CellError, cell_parts, cell_text
from vbg_framework.data.catalogue.number import parse_number
from vbg_framework.data.catalogue.path import ADDRESS
from vbg_framework.data.catalogue.spelling import normal
from vbg_framework.data.pictures.formats import SUFFIXES

MOST_VALUES = 50_000
"""Different values of a column that are counted; of more it is only known that they are many."""
BAR = "|"


@dataclass
class ColumnFacts:
    """Counts of one column.

    Args:
        name: as the table has it.

    Attributes:
        filled: cells with a value.
        values: value -> cells, up to `MOST_VALUES` different ones.
        many: whether there were more.
        numbers, pictures, addresses, bars, images: cells written like numbers, like paths of pictures, like addresses,
            with bars between values, and with whole pictures in them.
        nested: cells with values inside values, which no text is made of.
        lists: cells that are lists, which only texts are made of.
        words: in all cells together.
    """

    name: str
    filled: int = 0
    values: Counter[str] = field(default_factory=Counter)
    many: bool = False
    numbers: int = 0
    pictures: int = 0
    addresses: int = 0
    bars: int = 0
    images: int = 0
    nested: int = 0
    lists: int = 0
    words: int = 0

    def add(self, cell: Any) -> None:
        """Count one cell."""
        if isinstance(cell, bytes) or (isinstance(cell, Mapping) and isinstance(cell.get("bytes"), bytes)):
            self.images += 1
            self.filled += 1
            return
        self.lists += isinstance(cell, list)
        text = text_of(cell)
        if text is None:
            self.nested += 1
            self.filled += 1
        elif text:
            self._count(text)

    def share(self, count: int) -> float:
        """Of the cells with a value."""
        return count / max(1, self.filled)

    @property
    def example(self) -> str:
        """The most frequent value, of several the first in the alphabet."""
        return min(self.values, key=lambda value: (-self.values[value], value), default="")

    @property
    def is_unique(self) -> bool:
        """Whether no value comes twice."""
        return bool(self.values) and not self.many and len(self.values) == sum(self.values.values()) == self.filled

    @property
    def mean_words(self) -> float:
        """Words per cell with a value."""
        return self.words / max(1, self.filled)

    def _count(self, text: str) -> None:
        self.filled += 1
        self.words += len(text.split())
        self.numbers += parse_number(text) is not None
        self.addresses += bool(ADDRESS.match(text))
        self.pictures += PurePath(text).suffix.lower() in SUFFIXES
        self.bars += BAR in text
        if text in self.values or len(self.values) < MOST_VALUES:
            self.values[text] += 1
        else:
            self.many = True


def text_of(cell: Any) -> str | None:
    """A cell as one text in its normal form, "" = empty; None if there are values inside its values."""
    try:
        return normal(", ".join(cell_parts("", cell, None)) if isinstance(cell, list) else cell_text("", cell) or "")
    except CellError:
        return None
