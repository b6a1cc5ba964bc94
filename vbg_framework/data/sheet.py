"""A contact sheet: what the classes of a data set look like."""

from __future__ import annotations

import io
import textwrap
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from vbg_framework.data.image import decode_stored
from vbg_framework.data.prepared import Prepared

GAP = 8
LABEL = 220  # px left of the pictures
HEAD = 56
PAPER, TILE, INK, GREY = "#ffffff", "#f1efeb", "#1d1d1d", "#77736c"


def contact_sheet(prepared: Prepared, task: str, path: Path, per_class: int = 8, size: int = 128) -> None:
    """Write a PNG with one row per class of a task: its name, its count and some of its pictures.

    Classes come in order of their count, the rarest at the bottom. A row shows different objects as far as there are
    any, taken from all over the data set. The same data gives the same sheet.

    Args:
        prepared: the data set.
        task: the task whose classes are shown.
        path: the PNG file to write.
        per_class: most pictures per class.
        size: side of a picture in px.

    Raises:
        VBGError: the task is unknown.
    """
    chosen = prepared.task(task)
    labels = prepared.labels(chosen).tocsc()
    order = sorted(range(len(chosen.classes)), key=lambda code: (-chosen.counts[code], chosen.classes[code]))
    sheet = Image.new("RGB", (LABEL + per_class * (size + GAP) + GAP, HEAD + len(order) * (size + GAP)), PAPER)
    draw = ImageDraw.Draw(sheet)
    records = prepared.info["records"]
    draw.text((2 * GAP, HEAD / 2), f"{prepared.info['name']} · {task}", INK, _font(20), anchor="lm")
    draw.text((sheet.width - 2 * GAP, HEAD / 2), f"{records:,} records", GREY, _font(15), anchor="rm")
    for place, code in enumerate(order):
        top = HEAD + place * (size + GAP)
        _label(draw, chosen.classes[code], chosen.counts[code], top + size / 2)
        rows = labels.indices[labels.indptr[code] : labels.indptr[code + 1]]
        for column, tile in enumerate(_tiles(prepared, np.sort(rows), per_class, size)):
            sheet.paste(tile, (LABEL + column * (size + GAP), top))
    sheet.save(path)


def _label(draw: ImageDraw.ImageDraw, name: str, count: int, middle: float) -> None:
    lines = textwrap.wrap(name, 22, max_lines=3, placeholder=" …")
    text = "\n".join(lines)
    draw.multiline_text((2 * GAP, middle - 10), text, INK, _font(16), anchor="lm")
    draw.text((2 * GAP, middle + 10 * len(lines) + 4), f"{count:,}", GREY, _font(14), anchor="lm")


def _tiles(prepared: Prepared, rows: np.ndarray, count: int, size: int) -> list[Image.Image]:
    images, groups = prepared.table.data.column("image"), prepared.table.data.column("group")
    pictured = rows[images.take(rows).is_valid().to_numpy()] if len(rows) else rows
    _, first = np.unique(np.array(groups.take(pictured).to_pylist(), dtype=object), return_index=True)
    first = np.sort(first)  # one row per object, then the others
    others = np.setdiff1d(np.arange(len(pictured)), first)
    pool = first if len(first) >= count else np.concatenate([first, others])
    spread = np.unique(np.linspace(0, len(pool) - 1, min(count, len(pool))).round().astype(int))
    return [_tile(images[int(pictured[pool[place]])].as_py()["bytes"], size) for place in spread]


def tile(data: bytes, size: int) -> bytes:
    """A stored image as a square JPEG of `size` px."""
    buffer = io.BytesIO()
    _tile(data, size).save(buffer, "JPEG")
    return buffer.getvalue()


def _tile(data: bytes, size: int) -> Image.Image:
    picture = ImageOps.contain(decode_stored(data), (size, size), Image.Resampling.LANCZOS)
    return ImageOps.pad(picture, (size, size), color=TILE)


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", size)
