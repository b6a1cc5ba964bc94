"""Generated pictures beside the training pictures they are most like, small enough to travel with a report.

```
<folder>/nearest.jsonl (a pair per line)  nearest/0.jpg ...
```
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from typing_extensions import TypedDict

from vbg_framework.base.jsonl import write_lines
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.data.pictures.image import decode
from vbg_framework.generation.quality.copies import CLOSEST, Nearest
from vbg_framework.generation.quality.look import Seen

PAIRS, FOLDER = "nearest.jsonl", "nearest"
PER_CLASS, SHOWN = 8, 48
SIDE = 96  # px of a thumbnail


class Pair(TypedDict):
    """What a line of `nearest.jsonl` says at least."""

    id: str
    nearest: str
    distance: float
    bits: int
    image: str


def shown(classes: Sequence[str]) -> dict[str, list[int]]:
    """Class -> positions of the records worth showing, in order: up to 8 per class, fewer if there are many classes.

    At most 48 in all; of more than 48 classes the most frequent.
    """
    frequent = [name for name, _ in Counter(classes).most_common(SHOWN)]
    each = max(1, min(PER_CLASS, SHOWN // max(1, len(frequent))))
    return {name: [i for i, one in enumerate(classes) if one == name][:each] for name in sorted(frequent)}


def write_gallery(folder: Path, train: TrainView, made: Seen, known: Seen, result: Nearest) -> None:
    """Write `nearest.jsonl` and thumbnails: for the closest pairs, and for the records that `shown` chooses.

    A line holds `id`, `nearest` (id of the training record), `class`, `distance` (in feature space), `bits` (of 256,
    between perceptual hashes) and `image` (the training picture's thumbnail, below `folder`).

    Args:
        folder: where they go; what an earlier call left there is replaced.
        train: the training records.
        made, known: what was seen of them.
        result: for every generated picture the nearest training picture.
    """
    chosen = [place for some in shown(made.classes).values() for place in some]
    wanted = dict.fromkeys([*result.order[:CLOSEST].tolist(), *chosen])
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
    (folder / FOLDER).mkdir(parents=True)
    lines = []
    for i in wanted:
        row = int(known.rows[result.row[i]])
        name = f"{FOLDER}/{row}.jpg"
        if not (folder / name).exists():
            thumbnail(decode(train[row].inputs["image"])).save(folder / name, "JPEG", quality=85)
        lines.append(
            {
                "id": made.ids[made.rows[i]],
                "nearest": known.ids[row],
                "class": made.classes[i],
                "distance": float(result.distance[i]),
                "bits": int(result.bits[i]),
                "image": name,
            }
        )
    write_lines(folder / PAIRS, lines)


def thumbnail(image: Image.Image) -> Image.Image:
    """A picture of at most 96 px on the longer side; a smaller one stays as it is."""
    small = image.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return small
