"""The description of a saved model, checked before anything is built from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from vbg_framework.base.digest import verify
from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json

DESCRIPTION, WEIGHTS = "model.json", "model.safetensors"
AGAIN = "Restore the file, or train the model again."


class Named(TypedDict):
    """What `model.json` says of a task."""

    name: str
    multi_label: bool
    classes: list[str]
    counts: list[int]


class About(TypedDict):
    """What it holds at least; earlier versions lack the rest."""

    name: str
    experiment: dict[str, Any]
    tasks: list[Named]
    text_fields: list[str]
    metadata_fields: dict[str, str] | list[str]
    data_fingerprint: str
    plugins: NotRequired[dict[str, Any]]
    confidence: NotRequired[dict[str, dict[str, Any]]]
    rounded_features: NotRequired[dict[str, Literal["fp32", "bf16", "fp16"]]]
    files: NotRequired[dict[str, str]]


def description(folder: Path) -> dict[str, Any]:
    """What `model.json` says, once every file beside it is found to be what was saved.

    Raises:
        VBGError: a file is missing or damaged.
    """
    about = read_json(folder / DESCRIPTION, About, AGAIN)
    if not (folder / WEIGHTS).exists():
        fix = "Runs of a study keep none; train the experiment by itself, the same options give the same weights."
        raise VBGError(str(folder), "the weights are not there", fix)
    verify(folder, about.get("files", {}), AGAIN)
    return about
