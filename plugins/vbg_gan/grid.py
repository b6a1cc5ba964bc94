"""Pictures in labelled rows, to look at."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageFont

GAP = 2  # px between pictures
TEXT = 14  # px


def labelled_rows(rows: Mapping[str, np.ndarray]) -> Image.Image:
    """Draw one row per label.

    Args:
        rows: label -> (n, S, S, 3) bytes; n may differ from row to row.
    """
    font = ImageFont.load_default(TEXT)
    label = max((round(font.getlength(name)) for name in rows), default=0) + 2 * GAP
    side = max((pictures.shape[1] for pictures in rows.values()), default=0)
    height = max(side, TEXT + GAP) + GAP
    columns = max((len(pictures) for pictures in rows.values()), default=0)
    sheet = Image.new("RGB", (label + columns * (side + GAP), max(1, len(rows) * height)), "white")
    draw = ImageDraw.Draw(sheet)
    for row, (name, pictures) in enumerate(rows.items()):
        draw.text((GAP, row * height + height // 2), name, fill="black", font=font, anchor="lm")
        for column, picture in enumerate(pictures):
            sheet.paste(Image.fromarray(np.ascontiguousarray(picture)), (label + column * (side + GAP), row * height))
    return sheet
