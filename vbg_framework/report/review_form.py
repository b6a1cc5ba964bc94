"""The page on which experts review records without knowing which are generated."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image, ImageOps

from vbg_framework.base.publication import write_text
from vbg_framework.report.page import render
from vbg_framework.report.view import picture as data_url

PAGE = "review.html"
LARGEST = 320  # px of a picture
SCRIPT = Path(__file__).with_name("review.js")
FLAWS = {
    "form": "impossible form",
    "surface": "wrong material or surface",
    "decoration": "wrong decoration",
    "picture": "blurred or broken picture",
    "text": "text does not fit",
    "other": "something else",
}
"""What experts may find wrong, and how the page calls it."""


def write_form(folder: Path, form: str, task: str, items: Sequence[Mapping[str, Any]]) -> Path:
    """Write `review.html`, which works offline and saves the answers as a JSON file.

    The page holds no id of a record, and pictures as of `squares`.

    Args:
        folder: where it goes; made if it is absent.
        form: id of the form.
        task: whose classes are asked about.
        items: `number`, `name` of the class, `image` (PIL) or None, `text` (field -> words).
    """
    folder.mkdir(parents=True, exist_ok=True)
    cut = squares([item["image"] for item in items])
    shown = [{**item, "image": one and data_url(one)} for item, one in zip(items, cut, strict=True)]
    script = SCRIPT.read_text(encoding="utf-8")
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    view = {"form": form, "task": task, "items": shown, "flaws": FLAWS, "script": script, "allowed": allowed}
    write_text(folder / PAGE, render("review.html.jinja", view))
    return folder / PAGE


def squares(pictures: Sequence[Image.Image | None]) -> list[bytes | None]:
    """The pictures as JPEG, cut to squares of one size, so that neither size nor encoding tells which are generated.

    Args:
        pictures: of a form; the middle one of their longer sides is that of the squares, at most 320 px.
    """
    sides = [max(picture.size) for picture in pictures if picture]
    side = min(LARGEST, int(median(sides))) if sides else LARGEST
    return [_square(picture, side) if picture else None for picture in pictures]


def _square(picture: Image.Image, side: int) -> bytes:
    buffer = io.BytesIO()
    ImageOps.fit(picture.convert("RGB"), (side, side), Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
