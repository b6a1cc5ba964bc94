"""One physical line of a CSV file whose quotes were not doubled: the cells it can only mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache


def split_literally(line: str, delimiter: str) -> list[str]:
    """The cells if a quote counts as one only where it encloses a whole cell; elsewhere it is a letter."""
    return [quoted.replace('""', '"') if plain is None else plain for quoted, plain in _cells(line, delimiter)]


def literal_cells(line: str, delimiter: str) -> list[str] | None:
    """The same without the quotes around `"Bowl "no. 5" red"`; None if a cell opens a quote that it does not close."""
    cells = []
    for quoted, plain in _cells(line, delimiter):
        if plain is not None and plain.lstrip().startswith('"') and plain.count('"') % 2:
            return None
        cells.append(quoted.replace('""', '"') if plain is None else _unwrapped(plain))
    return cells


def _cells(line: str, delimiter: str) -> Iterator[tuple[str, str | None]]:
    """(cell enclosed in quotes, None) or ("", any other cell)."""
    line, index = line.rstrip("\r\n"), 0
    while result := _pattern(delimiter).match(line, index):
        yield (result["quoted"] or "", result["plain"])
        if result.end() == len(line):
            return
        index = result.end() + 1


@lru_cache
def _pattern(delimiter: str) -> re.Pattern[str]:
    sign = re.escape(delimiter)
    return re.compile(rf'"(?P<quoted>(?>[^"]*(?:""[^"]*)*))"(?={sign}|\Z)|(?P<plain>[^{sign}]*)')


def _unwrapped(cell: str) -> str:
    """Without the quotes at both ends if the next quote opens, that is, follows a space."""
    text = cell.strip()
    inside = text[1:-1]
    opens = inside.partition('"')[0][-1:].isspace()
    return inside.replace('""', '"') if text[:1] == text[-1:] == '"' and opens else cell
