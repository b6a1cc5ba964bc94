"""Draws the collection that the pictures of docs/first-months*.md show: `python docs/months.py FOLDER`."""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from vbg_mini_museum import MiniMuseumConfig
from vbg_mini_museum.dataset import MiniMuseum

from vbg_framework import Record

OBJECTS, FIRST, WRONG = 420, 340, 12
"""All, those of the first month, and how many of all have a wrong label."""


def collection(folder: Path) -> None:
    """Write `objects.csv`, `new-objects.csv` and the folder `photos`."""
    (folder / "photos").mkdir(parents=True)
    records = MiniMuseum(MiniMuseumConfig(objects=OBJECTS, views=1, seed=4)).records()
    rows = [_row(folder, number, record) for number, record in enumerate(records, 1)]
    draw, kinds = random.Random(1), sorted({row["kind"] for row in rows})
    for place in draw.sample(range(OBJECTS), WRONG):
        rows[place]["kind"] = draw.choice([kind for kind in kinds if kind != rows[place]["kind"]])
    _write(folder / "objects.csv", rows[:FIRST])
    _write(folder / "new-objects.csv", rows[FIRST:])


def _row(folder: Path, number: int, record: Record) -> dict[str, str]:
    inputs, photo = record.inputs, f"photos/{number}.jpg"
    text, picture = inputs.get("text") or "", inputs["image"]
    opened = picture if isinstance(picture, Image.Image) else Image.open(io.BytesIO(picture))
    opened.convert("RGB").resize((160, 160)).save(folder / photo)
    title = text if isinstance(text, str) else " ".join(filter(None, text.values()))
    named = {"inventory_number": str(number), "object": record.group}
    return named | {"kind": record.targets["form"], "title": title, "photo": photo}


def _write(path: Path, rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    collection(Path(sys.argv[1]))
