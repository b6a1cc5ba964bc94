"""What a run folder keeps of the evidence in its report: examples with maps, shares of inputs, places of records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from typing_extensions import TypedDict

from vbg_framework.base.digest import checksums, digest, file_digest
from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.base.jsonl import read_lines
from vbg_framework.generation.pool import Entry
from vbg_framework.report.feature_map import FeatureMap, feature_map

FILE = "evidence.json"
SAMPLES = Path("synthetic") / "samples.jsonl"
MADE = 100
"""Most generated records that are drawn among the others."""
FORMAT = 1
"""Raised whenever the same run would give other evidence: what was kept before is not shown any more."""


class Example(TypedDict):
    """An answer to a test record, with its map.

    `name` is the true class it stands for, `true` and `predicted` are what the run says, `explained` the class whose
    probability the map is of; `words` are those whose leaving out takes most, with what they take.
    """

    id: str
    name: str
    right: bool
    true: str
    predicted: str
    confidence: float
    explained: str
    probability: float
    image: str | None
    heat: str | None
    words: list[tuple[str, float]]


class Share(TypedDict):
    """Mean Shapley values of the answers that name a class: input -> mean, and its interval if there are several."""

    name: str
    records: int
    prior: float
    inputs: dict[str, list[float]]
    probability: float


class OfTask(TypedDict):
    """`classes` in the test part, of which the most common have examples; `faithful`: what was measured of maps."""

    name: str
    classes: int
    examples: list[Example]
    shares: list[Share]
    faithful: dict[str, str]


class Kept(TypedDict):
    """The content of the file."""

    key: str
    asked: dict[str, Any]
    seconds: float
    shared: int
    tasks: list[OfTask]
    map: FeatureMap


def evidence(folder: Path, name: str) -> dict[str, Any] | None:
    """What the page shows of the evidence of a run: `made`, what was made, or None, and why there is nothing in `why`.

    Args:
        folder: of the run.
        name: of the run, as commands call it.

    Returns:
        None where there is no model that could be asked.
    """
    if not (folder / "model" / "model.json").is_file():
        return None
    made, why = kept(folder)
    if made is None:
        return {"made": None, "why": why, "run": name}
    return {"made": {**made, "map": feature_map(made["map"])}, "why": "", "run": name}


def kept(folder: Path) -> tuple[Kept | None, str]:
    """What is kept of just this model, data and generated records; or None and why not."""
    if not (folder / FILE).exists():
        return None, "was not made yet"
    try:
        made: Kept = read_json(folder / FILE, Kept)
        same = made["key"] == key(folder)
    except (VBGError, OSError) as error:
        return None, f"that is kept cannot be read ({error})"
    return (made, "") if same else (None, "that is kept belongs to another model, other answers or other records")


def key(folder: Path) -> str:
    """What evidence follows from: model, data, answers, and the generated records that are drawn.

    Raises:
        VBGError: a file is missing or damaged.
    """
    model, pool = folder / "model", folder / SAMPLES.parent
    entries = made_entries(folder)
    pictures = [pool / entry["image"] for entry in entries if entry["image"]]
    facts = {
        "format": FORMAT,
        "model": checksums(model, [path for path in model.rglob("*") if path.is_file()]),
        "data": read_json(folder / "environment.json", dict).get("data_fingerprint"),
        "answers": file_digest(folder / "predictions.parquet"),
        "generated": [entries, checksums(pool, [path for path in pictures if path.is_file()])],
    }
    return digest(facts)


def made_entries(folder: Path) -> list[Any]:
    """The generated records of a run that are drawn, as `samples.jsonl` holds them."""
    entries = read_lines(folder / SAMPLES, Entry)
    return [entries[place] for place in sampled(entries, MADE)]


def sampled(sequence: Sequence[Any], most: int) -> list[int]:
    """Places of at most so many, drawn by a seed, in their order."""
    return sorted(np.random.default_rng(0).permutation(len(sequence))[:most].tolist())
