"""How often the drift note is a false alarm: `python benchmarks/drift.py TABLE TEXT LABEL OTHER OTHER_TEXT`.

Rows of a table are divided by chance into training, test and new records, again and again; every note about the new
ones is a false alarm. Then the new records come from another table. Texts and labels are compared; the labels stand for
the classes that a model would give. Pictures are drawn: shades whose brightness follows a normal distribution.
"""

from __future__ import annotations

import argparse
import tempfile
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from vbg_framework.contracts.record import Rejected
from vbg_framework.data.readers.table import Table
from vbg_framework.learning.prediction.drift import ALPHA, Drift, write_reference

TRAIN, TEST = 600, 100


class Rows:
    """Texts and drawn pictures."""

    modalities = ("text", "image")

    def __init__(self, texts: list[str], shades: np.ndarray) -> None:
        self.texts, self.shades = texts, shades

    def __len__(self) -> int:
        return len(self.texts)

    def read(self, modality: str, index: int) -> str | Image.Image:
        """One of both."""
        shade = tuple(int(part) for part in self.shades[index])
        return self.texts[index] if modality == "text" else Image.new("RGB", (6, 6), shade)


def read(path: str, column: str, label: str = "", most: int = 20_000) -> list[tuple[str, str]]:
    """(text, label) of the rows."""
    rows = (row for row in Table(Path(path)).rows([]) if not isinstance(row, Rejected))
    told = ((str(cells.get(column) or ""), str(cells.get(label) or "")) for _, cells in rows)
    return list(islice((pair for pair in told if pair[0]), most))


def notes(
    rows: list[tuple[str, str]], new: list[tuple[str, str]], draw: np.random.Generator, brighter: int = 0
) -> list:
    """What is said of new records after training on the first rows."""
    classes = sorted({label for _, label in rows})
    train, test = rows[:TRAIN], rows[TRAIN : TRAIN + TEST]
    chosen = np.array([[label == each for each in classes] for _, label in test])
    with tempfile.TemporaryDirectory() as folder:
        items = [Rows([text for text, _ in part], shades(draw, len(part))) for part in (train, test)]
        write_reference(Path(folder), *items, {"label": chosen} if len(classes) > 1 else {})
        drift, pictures = Drift(Path(folder)), Rows([text for text, _ in new], shades(draw, len(new), brighter))
        for place, (text, label) in enumerate(new):
            given = {"label": [label == each for each in classes]} if len(classes) > 1 else {}
            looked = drift.look(str(place), {"text": text, "image": pictures.read("image", place)})
            drift.add(str(place), looked, given)
        return list(drift.notes())


def shades(draw: np.random.Generator, count: int, brighter: int = 0) -> np.ndarray:
    """(count, 3) colours."""
    return np.clip(draw.normal(110 + brighter, 30, (count, 3)), 0, 255)


def main() -> None:
    """Print one line per kind of new records."""
    parser = argparse.ArgumentParser()
    for name in ("table", "text", "label", "other", "other_text"):
        parser.add_argument(name)
    parser.add_argument("--times", type=int, default=200)
    args = parser.parse_args()
    rows, other = read(args.table, args.text, args.label), read(args.other, args.other_text)
    for size in (50, 200):
        for what in ("the same", "another table", "brighter by half a deviation"):
            draw, said = np.random.default_rng(1), {"words": 0, "pictures": 0, "classes": 0}
            times = args.times if what == "the same" else args.times // 5
            for _ in range(times):
                some = [rows[place] for place in draw.permutation(len(rows))]
                new = some[TRAIN + TEST : TRAIN + TEST + size]
                if what == "another table":
                    new = [(other[place][0], "") for place in draw.choice(len(other), size, replace=False)]
                for note in notes(some, new, draw, 15 * what.startswith("brighter")):
                    said["words" if "words" in note else "pictures" if "pictures" in note else "classes"] += 1
            told = ", ".join(f"{name} {count / times:.3f}" for name, count in said.items())
            print(f"{size} new records, {what}: {told} of {times} times (promised: {ALPHA} each)", flush=True)


if __name__ == "__main__":
    main()
