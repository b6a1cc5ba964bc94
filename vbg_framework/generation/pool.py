"""Generated records on disk.

```
round-1/  SYN_1_000001.png ... (one per kept record with an image)
          rejected-000001.png ... (of some that were refused, where the augmenter learns from them)
          chunks.jsonl (what was asked, made, dropped, kept)
          cost.json (what making them took; it goes along wherever the pool is copied to)
```

A chunk is some requests that were answered together. Its line is written when its images lie on the disk, so a pool
goes on with the first chunk that has no line.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NotRequired

from typing_extensions import TypedDict

from vbg_framework.base.cost import Cost, read_cost
from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import FIX, shaped
from vbg_framework.base.jsonl import append_line, read_lines, write_lines
from vbg_framework.contracts.record import Origin, Record
from vbg_framework.generation.spread import Spread, added

CHUNKS = "chunks.jsonl"
COST = "cost.json"
WRITERS = 4


@dataclass(frozen=True)
class Chunk:
    """What became of some requests.

    Args:
        wave: 0 = asked for the first time, 1 = asked again for what was dropped, ...
        asked: class -> requests.
        dropped: reason -> class -> records.
        kept: one entry per kept record, as `samples.jsonl` holds them.
        labels: task -> how often a kept record claimed a label, how often that was confirmed.
        spread: of all pictures made, kept or not; see `generation.spread`.
        rejected: entries of records that the judge refused; see `rejected`.
    """

    wave: int
    asked: Mapping[str, int]
    dropped: Mapping[str, Mapping[str, int]]
    kept: Sequence[Mapping[str, Any]]
    labels: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    spread: Spread = field(default_factory=dict)
    rejected: Sequence[Mapping[str, Any]] = field(default_factory=list)


class Made(TypedDict, total=False):
    """What it says of where a record comes from, see `Origin`; the core writes all of it."""

    request: dict[str, Any]
    sources: list[str]


class Entry(TypedDict):
    """What `samples.jsonl` says of a record at least."""

    id: str
    image: str | None
    text: dict[str, Any] | None
    metadata: NotRequired[dict[str, Any] | None]
    files: NotRequired[dict[str, str]]
    targets: dict[str, Any]
    licence: str
    request: str
    origin: Made
    soft: NotRequired[dict[str, dict[str, float]]]


class Pool:
    """The generated records of one round.

    Args:
        folder: where they lie.
        prefix: what their ids begin with, such as `SYN_1_`.
    """

    def __init__(self, folder: Path, prefix: str) -> None:
        self.folder, self.prefix = folder, prefix
        self.chunks = [Chunk(**line) for line in read_lines(folder / CHUNKS, Chunk)]

    def open(self) -> None:
        """Make the pool ready to be added to; only one process may do that."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_lines(self.folder / CHUNKS, map(asdict, self.chunks))  # without a line cut short

    def kept(self) -> list[Mapping[str, Any]]:
        """The entries of the kept records, in order."""
        return [entry for chunk in self.chunks for entry in chunk.kept]

    def add(self, chunk: Chunk, images: Mapping[str, Callable[[], bytes]]) -> None:
        """Write the images (file name -> what encodes it), then the chunk's line."""
        with ThreadPoolExecutor(WRITERS) as writers:  # encoding releases the interpreter lock
            list(writers.map(lambda name: (self.folder / name).write_bytes(images[name]()), images))
        append_line(self.folder / CHUNKS, asdict(chunk))
        self.chunks.append(chunk)

    def rejected(self) -> list[Record]:
        """Records that the judge refused, the first of them."""
        return records(self.folder, [entry for chunk in self.chunks for entry in chunk.rejected])

    def cost(self) -> Cost | None:
        """What making the records took, whoever did it; None if nobody kept account."""
        return read_cost(self.folder / COST)

    def tally(self) -> dict[str, dict[str, Any]]:
        """`asked`, `generated`, `dropped` (reason -> class -> n) and `kept`, per class; `labels`, see `Chunk`."""
        requested, kept = Counter[str](), Counter[str]()
        dropped: dict[str, Counter[str]] = {}
        for chunk in self.chunks:
            requested.update(chunk.asked)
            kept.update(entry["request"] for entry in chunk.kept)
            for reason, counts in chunk.dropped.items():
                dropped.setdefault(reason, Counter()).update(counts)
        refused = dropped.get("refused", Counter())
        generated = {name: count - refused[name] for name, count in requested.items()}
        lost = {reason: dict(counts) for reason, counts in dropped.items()}
        labels = {task: tuple(map(int, pair)) for task, pair in added([chunk.labels for chunk in self.chunks]).items()}
        return {"asked": dict(requested), "generated": generated, "dropped": lost, "kept": dict(kept), "labels": labels}

    def spread(self) -> Spread:
        """Differences between the pictures of each class that were made in one chunk."""
        return added([chunk.spread for chunk in self.chunks])


def records(folder: Path, entries: Iterable[Mapping[str, Any]]) -> list[Record]:
    """The records behind the entries of `samples.jsonl` in a folder.

    Raises:
        VBGError: an entry is damaged, or a file of it lies outside the folder.
    """
    where = f"{folder}: what was generated"
    results: list[Entry] = shaped([*entries], list[Entry], where)
    try:
        return [_record(folder, entry) for entry in results]
    except (TypeError, ValueError) as error:
        raise VBGError(where, f"is damaged ({error})", FIX) from None


def moved(entry: Mapping[str, Any], folder: str) -> dict[str, Any]:
    """An entry whose files lie in a folder below its own."""
    image = entry["image"] and f"{folder}/{entry['image']}"
    files = {modality: f"{folder}/{name}" for modality, name in entry.get("files", {}).items()}
    return {**entry, "image": image, **({"files": files} if files else {})}


def _record(folder: Path, entry: Entry) -> Record:
    inputs: dict[str, Any] = {modality: entry[modality] for modality in ("text", "metadata") if entry.get(modality)}
    if entry["image"]:
        inputs["image"] = _inside(folder, entry["image"], entry["id"])
    inputs |= {modality: _inside(folder, name, entry["id"]) for modality, name in entry.get("files", {}).items()}
    origin: dict[str, Any] = {**entry["origin"], "sources": tuple(entry["origin"].get("sources", ()))}
    soft = entry.get("soft", {})
    return Record(
        entry["id"], inputs, entry["targets"], entry["id"], Origin(**origin), licence=entry["licence"], soft=soft
    )


def _inside(folder: Path, name: str, identity: str) -> Path:
    path = Path(os.path.realpath(folder / name))
    if not path.is_relative_to(os.path.realpath(folder)):
        raise VBGError(f"{folder}: {identity}", f"its file lies outside the folder, got '{name}'", "Remove the entry.")
    return path
