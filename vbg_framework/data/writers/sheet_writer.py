"""Predictions as a spreadsheet: a thumbnail per picture, and a colour for the probability of an answer."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vbg_framework.data.pictures.image import ImageError, decode

PICTURE = "picture"
MOST_PICTURES = 2_000
"""Rows that get a thumbnail: more make files that no program opens."""
SIDE = 64  # px of a thumbnail
WIDTH = 18  # letters of a column that are seen
LONGEST = 32_767  # letters a cell may hold
SURE, UNSURE, BETWEEN = "#63be7b", "#f8696b", "#ffeb84"

Rows = Sequence[Mapping[str, Any]]


@contextmanager
def write_sheet(path: Path, columns: Mapping[str, type]) -> Iterator[Callable[[Rows], None]]:
    """Yield a function that appends rows; text is never taken for a formula or an address.

    Args:
        path: the file.
        columns: name -> str or float; a key `picture` of a row that is no column is shown as a thumbnail.
    """
    import xlsxwriter  # only for who wants a spreadsheet

    packed = io.BytesIO()  # written in one piece: the library leaves an archive open that a full disk cut short
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(packed, options)
    sheet = _Sheet(book, columns)
    try:
        yield sheet.write
        sheet.finish()
    finally:
        book.close()
    path.write_bytes(packed.getbuffer())


class _Sheet:
    def __init__(self, book: Any, columns: Mapping[str, type]) -> None:
        self.columns, self.row, self.sheet = columns, 0, book.add_worksheet("predictions")
        self.sheet.set_column(0, 0, 10)
        self.sheet.set_column(1, len(columns), WIDTH)
        self.sheet.freeze_panes(1, 0)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)  # all columns on a page, on as many pages as it takes
        bold = book.add_format({"bold": True})
        for index, name in enumerate(("", *columns)):
            self.sheet.write_string(0, index, name, bold)

    def write(self, rows: Rows) -> None:
        for row in rows:
            self.row += 1
            self._picture(row.get(PICTURE))
            for index, name in enumerate(self.columns, 1):
                value = row.get(name)
                if isinstance(value, float):
                    self.sheet.write_number(self.row, index, value)
                elif value is not None:
                    self.sheet.write_string(self.row, index, str(value)[:LONGEST])

    def finish(self) -> None:
        scale = {"type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num", "min_value": 0.3}
        scale |= {"mid_value": 0.65, "max_value": 1, "min_color": UNSURE, "mid_color": BETWEEN, "max_color": SURE}
        for index, (name, kind) in enumerate(self.columns.items(), 1):
            if kind is float and name.endswith("_confidence"):
                self.sheet.conditional_format(1, index, max(1, self.row), index, scale)

    def _picture(self, value: Any) -> None:
        if value is None or self.row > MOST_PICTURES:
            return
        try:
            small = decode(value)
        except (ImageError, ValueError):
            return
        small.thumbnail((SIDE, SIDE))
        buffer = io.BytesIO()
        small.save(buffer, "JPEG", quality=80)
        self.sheet.set_row_pixels(self.row, SIDE + 4)
        self.sheet.insert_image(self.row, 0, "picture.jpg", {"image_data": buffer, "object_position": 1})
