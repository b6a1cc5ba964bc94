"""A contact sheet of pictures at hand, such as generated ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from vbg_framework.data.card.sheet import draw_sheet

SIDE = 96  # px of a picture


def contact_sheet(
    rows: Sequence[tuple[str, Sequence[Image.Image]]], path: Path, title: str = "", note: str = ""
) -> None:
    """Write a PNG of labelled rows of pictures, all in squares of 96 px.

    Args:
        rows: name of the row, such as a class, and its pictures, RGB, of any size and number.
        path: the PNG file to write.
        title: stands above the rows, on the left.
        note: stands above the rows, on the right.
    """
    columns = max((len(pictures) for _, pictures in rows), default=0)
    draw_sheet(
        [(name, "", pictures) for name, pictures in rows], path, title=title, note=note, columns=columns, size=SIDE
    )
