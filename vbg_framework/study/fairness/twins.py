"""Generated pictures beside the real ones they are most like, by perceptual hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from PIL import Image

from vbg_framework.contracts.record import Record
from vbg_framework.data.card.sheet import draw_sheet
from vbg_framework.data.loading.items import Items
from vbg_framework.data.pictures.hashes import BITS
from vbg_framework.data.pictures.image import decode, decode_stored
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.data.splits.clusters import NEAR
from vbg_framework.generation.quality.copies import BLOCK, bits
from vbg_framework.generation.sieve import image_hash, unpack
from vbg_framework.study.fairness.evidence import Evidence

SIDE = 128  # px of a picture in the gallery


@dataclass(frozen=True)
class Twin:
    """A generated picture and the real one it is most like.

    Args:
        id: of the generated record.
        real: id of the real record; None for a blank picture, which is like none.
        bits: bits of 256 in which the perceptual hashes differ.
    """

    id: str
    real: str | None = None
    bits: int = BITS

    @property
    def copied(self) -> bool:
        """Whether they show nearly the same."""
        return self.bits <= NEAR


def find_twins(hashes: Mapping[str, np.ndarray | None], real: Sequence[Items]) -> list[Twin]:
    """For every generated picture that is not blank the most similar real one, the closest pairs first.

    Args:
        hashes: id -> perceptual hash, (32,) uint8, or None.
        real: the real records to look among; none of them with a picture = no twins.
    """
    pairs = [pair for items in real for pair in zip(items.ids, items.column("phash"), strict=True) if pair[1]]
    made = [(identity, code) for identity, code in hashes.items() if code is not None]
    if not pairs or not made:
        return []
    known, codes = unpack([code for _, code in pairs]), np.stack([code for _, code in made])
    results = []
    for start in range(0, len(made), BLOCK):
        differing = bits(codes[start : start + BLOCK], known)  # (up to 64, m)
        rows = differing.argmin(1)
        results += [
            Twin(made[start + i][0], pairs[row][0], int(differing[i, row])) for i, row in enumerate(rows.tolist())
        ]
    return sorted(results, key=lambda twin: twin.bits)


def repeating_sources(twins: Sequence[Twin], evidence: Evidence) -> set[str]:
    """Ids of generated pictures that lie no nearer to the real one than the training record they were made from.

    Then the split itself divides near copies, and no augmenter is to blame.
    """
    train = set(evidence.items["train"].ids) if twins else set()
    sources = {record.id: train.intersection(record.origin.sources) for record in evidence.made if record.origin}
    return {twin.id for twin in twins if any(_near(name, twin.real, evidence) for name in sources[twin.id])}


def _near(source: str, other: str | None, evidence: Evidence) -> bool:
    """Whether two real pictures show nearly the same; that of the source is looked at as a generated one is."""
    picture = real_picture(evidence.prepared, source)
    code = image_hash(picture) if picture else None
    if code is None or other is None:
        return False
    stored = evidence.prepared.table.data.column("phash")[_row(evidence.prepared, other)].as_py()
    return int(bits(code[None], unpack([stored])).min()) <= NEAR


def real_picture(prepared: Prepared, identity: str) -> Image.Image | None:
    """The picture of a real record, or None if it has none."""
    stored = prepared.table.data.column("image")[_row(prepared, identity)].as_py()
    return stored and decode_stored(stored["bytes"])


def draw_gallery(path: Path, title: str, twins: Sequence[Twin], made: Mapping[str, Record], prepared: Prepared) -> None:
    """Write a PNG with a row per pair: the generated picture, then the real one.

    Args:
        path: the PNG file to write.
        title: stands above.
        twins: the pairs, in order.
        made: id -> generated record.
        prepared: the data.
    """
    path.parent.mkdir(exist_ok=True)
    rows = []
    for twin in twins:
        real = twin.real and real_picture(prepared, twin.real)
        pictures = [decode(made[twin.id].inputs["image"]), *([real] if real else [])]
        name, remark = (f"{twin.id} and {twin.real}", f"{twin.bits} bits") if real else (twin.id, "")
        rows.append((name, remark, pictures))
    draw_sheet(rows, path, title=title, note="generated, real", columns=2, size=SIDE)


def _row(prepared: Prepared, identity: str) -> int:
    return pc.index(prepared.table.data.column("id"), pa.scalar(identity)).as_py()
