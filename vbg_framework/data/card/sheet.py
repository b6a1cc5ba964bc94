"""A contact sheet: what the classes of a data set look like."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from vbg_framework.base.publication import written
from vbg_framework.contracts.modality import Modality
from vbg_framework.data.loading.items import Items
from vbg_framework.data.pictures.fonts import font
from vbg_framework.data.pictures.image import decode_stored
from vbg_framework.data.preparation.item_bytes import shown
from vbg_framework.data.preparation.prepared import Prepared

GAP = 8
LABEL = 220  # px left of the pictures
HEAD = 56
PAPER, TILE, INK, GREY = "#ffffff", "#f1efeb", "#1d1d1d", "#77736c"

Row = tuple[str, str, Iterable[Image.Image]]


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
    result = ((code, np.sort(labels.indices[labels.indptr[code] : labels.indptr[code + 1]])) for code in order)
    rows = [(chosen.classes[c], f"{chosen.counts[c]:,}", _pictures(prepared, r, per_class)) for c, r in result]
    note = f"{prepared.info['records']:,} records"
    draw_sheet(rows, path, title=f"{prepared.info['name']} · {task}", note=note, columns=per_class, size=size)


def draw_sheet(rows: Sequence[Row], path: Path, *, title: str, note: str, columns: int, size: int) -> None:
    """Write a PNG of labelled rows of pictures.

    Args:
        rows: name, remark below it, and pictures of any size, decoded when their turn comes.
        path: the PNG file to write.
        title: stands above the rows, on the left.
        note: stands above the rows, on the right.
        columns: pictures per row.
        size: side of a picture in px.
    """
    sheet = Image.new("RGB", (LABEL + columns * (size + GAP) + GAP, HEAD + len(rows) * (size + GAP)), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((2 * GAP, HEAD / 2), title, INK, font(title, 20), anchor="lm")
    draw.text((sheet.width - 2 * GAP, HEAD / 2), note, GREY, font(note, 15), anchor="rm")
    for index, (name, remark, pictures) in enumerate(rows):
        top = HEAD + index * (size + GAP)
        _label(draw, name, remark, top + size / 2)
        for column, picture in enumerate(pictures):
            sheet.paste(_square(picture, size), (LABEL + column * (size + GAP), top))
    with written(Path(path)) as partial:
        sheet.save(partial, "PNG")


def _label(draw: ImageDraw.ImageDraw, name: str, remark: str, middle: float) -> None:
    lines = textwrap.wrap(name, 22, max_lines=3, placeholder=" …")
    text = "\n".join(lines)
    draw.multiline_text((2 * GAP, middle - 10), text, INK, font(name, 16), anchor="lm")
    draw.text((2 * GAP, middle + 10 * len(lines) + 4), remark, GREY, font(remark, 14), anchor="lm")


def _pictures(prepared: Prepared, rows: np.ndarray, count: int) -> Iterator[Image.Image]:
    groups, seen = prepared.table.data.column("group"), visible(prepared)
    pictured = rows[np.any([prepared.has(name) for name in seen], axis=0)[rows]] if seen else rows[:0]
    _, first = np.unique(np.array(groups.take(pictured).to_pylist(), dtype=object), return_index=True)
    first = np.sort(first)  # one row per object, then the others
    others = np.setdiff1d(np.arange(len(pictured)), first)
    pool = first if len(first) >= count else np.concatenate([first, others])
    spread = np.unique(np.linspace(0, len(pool) - 1, min(count, len(pool))).round().astype(int))
    items = Items(prepared, pictured[pool[spread]], tasks=(), modalities=seen)
    result = (shown(item["inputs"], prepared.kinds) for item in items)
    return (picture for picture in result if picture is not None)


def visible(prepared: Prepared) -> list[str]:
    """The modalities of a data set that people can see, pictures first."""
    shows = [name for name, kind in prepared.kinds.items() if type(kind).picture is not Modality.picture]
    return [name for name in ("image", *shows) if name in prepared.modalities]


def tile(data: bytes, size: int) -> bytes:
    """A stored image as a square JPEG of `size` px."""
    buffer = io.BytesIO()
    _square(decode_stored(data), size).save(buffer, "JPEG")
    return buffer.getvalue()


def _square(image: Image.Image, size: int) -> Image.Image:
    picture = ImageOps.contain(image, (size, size), Image.Resampling.LANCZOS)
    return ImageOps.pad(picture, (size, size), color=TILE)
