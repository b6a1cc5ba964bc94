"""What a run folder keeps of the evidence in its report: examples with maps, shares of inputs, places of records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typing_extensions import TypedDict

from vbg_framework.base.digest import checksums, digest, file_digest
from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.report.feature_map import FeatureMap, feature_map

FILE = "evidence.json"
FORMAT = 1
"""Raised whenever the same run would give other evidence: what was kept before is not shown any more."""


class Example(TypedDict):
    """An answer to a test record, with its maps.

    `true` and `predicted` are what the run says, `confidence` its probability; `explained` is the class whose
    `probability` the map is of. `plain`, `heat` and `attention` are pictures, `most` what covering the strongest region
    takes; `words` are those whose leaving out takes most, with what they take, `read` those that the picture
    reads most, with their share of the attention; `text` is whether there is one.
    """

    id: str
    true: str
    predicted: str
    confidence: float
    explained: str
    probability: float
    plain: str | None
    heat: str | None
    most: float
    attention: str | None
    text: bool
    words: list[tuple[str, float]]
    read: list[tuple[str, float]]


class Share(TypedDict):
    """Mean Shapley values of the answers that name a class: input -> mean, and its 95 % interval if there are several.

    With `prior`, the share of the class in training, they sum to `probability`.
    """

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
    """The content of the file; `full`: see `examples.FULL`; `left` are tasks without examples and shares."""

    key: str
    seconds: float
    explained: int
    full: float
    tasks: list[OfTask]
    left: list[str]
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
    """What is kept of just this model and its answers; or None and why not."""
    if not (folder / FILE).exists():
        return None, "have not been made yet"
    try:
        made: Kept = read_json(folder / FILE, Kept)
        same = made["key"] == key(folder)
    except (VBGError, OSError) as error:
        return None, f"cannot be read ({error})"
    return (made, "") if same else (None, "belong to another model or to other answers")


def key(folder: Path) -> str:
    """What evidence follows from: the model with the fingerprint of its data, its answers and what was generated.

    Raises:
        VBGError: a file is missing or damaged.
    """
    model, samples = folder / "model", folder / "synthetic" / "samples.jsonl"
    facts = {
        "format": FORMAT,
        "model": checksums(model, [path for path in model.rglob("*") if path.is_file()]),
        "answers": file_digest(folder / "predictions.parquet"),
        "generated": file_digest(samples) if samples.exists() else None,
    }
    return digest(facts)
