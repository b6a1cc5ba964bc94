"""How much memory a spreadsheet would take, told from its XML before anything lays out its cells.

A kilobyte can stand for a billion cells: two of them far apart, a row that is repeated a million times, or one long
text that a million cells share.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

MOST_CELLS = 5_000_000
"""Cells of the rectangles that hold all values of each sheet, together."""
MOST_CHARACTERS = 1 << 27
"""Characters of all cells together."""
CELL = re.compile(rb"<(?:\w+:)?c\b([^<>]*)>(?:\s*<(?:\w+:)?v\b[^<>]*>(\d+)<)?")
PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,9})[\"']")
SHARED = re.compile(rb"\bt\s*=\s*[\"']s[\"']")
STRING = re.compile(rb"<(?:\w+:)?si\b.*?(?:/>|</(?:\w+:)?si\s*>)", re.DOTALL)
ROW = re.compile(rb"<(?:\w+:)?table-row\b([^<>]*?)(?:/>|>(.*?)</(?:\w+:)?table-row\s*>)", re.DOTALL)
ODS_CELL = re.compile(
    rb"<(?:\w+:)?(?:covered-)?table-cell\b([^<>]*?)(?:/>|>(.*?)</(?:\w+:)?(?:covered-)?table-cell\s*>)", re.DOTALL
)
SHEET_END = re.compile(rb"</(?:\w+:)?table\s*>")
REPEATED = re.compile(rb"-repeated\s*=\s*[\"'](\d{1,18})")


class Sizes(NamedTuple):
    """What a sheet takes: cells of the rectangle around its values, and characters."""

    cells: int
    characters: int


def too_large(path: Path, most_bytes: int) -> str:
    """Why a spreadsheet would take too much memory, in words; "" = it would not, or it is none that can be looked into.

    Args:
        path: an Excel or OpenDocument file.
        most_bytes: bytes that its members may have together, unpacked.
    """
    size = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as packed:
            size = max(size, sum(member.file_size for member in packed.infolist()))
            if size <= most_bytes:
                return _told(list(_sizes(packed)))
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error):
        pass  # who reads it says what is wrong
    return f"{size >> 20:,} MB unpacked; at most {most_bytes >> 20} MB are read" if size > most_bytes else ""


def _told(sizes: list[Sizes]) -> str:
    cells, characters = sum(each.cells for each in sizes), sum(each.characters for each in sizes)
    if cells > MOST_CELLS:
        return f"{cells:,} cells; at most {MOST_CELLS:,} are read"
    return f"{characters:,} characters; at most {MOST_CHARACTERS:,} are read" if characters > MOST_CHARACTERS else ""


def _sizes(packed: zipfile.ZipFile) -> Iterator[Sizes]:
    names = [name for name in packed.namelist() if name.lower().endswith(".xml")]
    shared = [name for name in names if "sharedstrings" in name.lower()]
    strings = [len(result[0]) for name in shared for result in STRING.finditer(packed.read(name))]
    for name in names:
        if name in shared:
            continue
        content = packed.read(name)
        yield _opendocument(content) if name.lower() == "content.xml" else _excel(content, strings)


def _excel(content: bytes, strings: list[int]) -> Sizes:
    """A sheet of Excel; a cell without a place widens it by one at most."""
    count, characters, rows, columns = 0, 0, [1 << 30, 0], [1 << 30, 0]
    for result in CELL.finditer(content):
        count += 1
        if place := PLACE.search(result[1]):
            _widen(columns, _number(place[1]))
            _widen(rows, int(place[2]))
        if result[2] and SHARED.search(result[1]) and int(result[2]) < len(strings):
            characters += strings[int(result[2])]
    box = (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) if rows[1] else 0
    return Sizes(max(count, box), characters)


def _widen(limits: list[int], value: int) -> None:
    limits[0], limits[1] = min(limits[0], value), max(limits[1], value)


def _number(letters: bytes) -> int:
    """`A` is 1, `XFD` 16,384."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _opendocument(content: bytes) -> Sizes:
    """All sheets of an OpenDocument file, one by one."""
    sheets = [_opendocument_sheet(sheet) for sheet in SHEET_END.split(content)]
    return Sizes(sum(each.cells for each in sheets), sum(each.characters for each in sheets))


def _opendocument_sheet(content: bytes) -> Sizes:
    """A sheet; repeated cells and rows at its end count only if they hold something."""
    height, filled, width, characters = 0, 0, 0, 0
    for row in ROW.finditer(content):
        repeated = _repeated(row[1])
        height += repeated
        index = 0
        for cell in ODS_CELL.finditer(row[2] or b""):
            across = _repeated(cell[1])
            index += across
            if cell[2] or b"value" in cell[1]:
                filled, width = height, max(width, index)
                characters += repeated * across * len(cell[2] or b"")
    return Sizes(filled * width, characters)


def _repeated(attributes: bytes) -> int:
    result = REPEATED.search(attributes)
    return int(result[1]) if result else 1
