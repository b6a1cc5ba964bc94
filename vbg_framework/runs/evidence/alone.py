"""What the model of a run says of records that have one of their inputs alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired

from typing_extensions import TypedDict

from vbg_framework.base.digest import digest
from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.data.loading.items import Items
from vbg_framework.learning.explanation.warning import named
from vbg_framework.learning.prediction.saved import SavedModel
from vbg_framework.runs.evidence.embedding import BATCH
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen

FILE = "alone.json"
"""Kept in the folder of the run, so that the model is asked once."""
Said = dict[str, dict[str, list[str]]]
"""Task -> input -> classes that the model names where a record has this input alone; without those it lacks."""


class Kept(TypedDict):
    """The content of the file."""

    about: NotRequired[str]
    said: NotRequired[list[Said]]


def said_alone(finished: FinishedRun, items: Items, screen: Screen) -> list[Said]:
    """What the model says of each record by each of its inputs, kept with the run.

    Args:
        finished: the run.
        items: the records. Other records, or other data, are asked about anew.
        screen: shows progress.
    """
    about = digest([finished.model.about["data_fingerprint"], items.ids])
    known = _recalled(finished)
    if known.get("about") == about and len(known.get("said", ())) == len(items):
        return known["said"]
    results: list[Said] = []
    with screen.progress("Asking about each input alone", len(items)) as bar:
        for start in range(0, len(items), BATCH):
            some = [each["inputs"] for each in items[start : start + BATCH]]
            results += alone(finished.model, some)
            bar.advance(len(some))
    finished.run.write_json(FILE, {"about": about, "said": results})
    return results


def alone(model: SavedModel, inputs: Sequence[Mapping[str, Any]]) -> list[Said]:
    """What a model says of one batch of records; each encoder is asked about its own input, once.

    Args:
        model: who is asked.
        inputs: n mappings, modality -> raw item.
    """
    results: list[Said] = [{name: {} for name in model.tasks} for _ in inputs]
    for modality in model.experiment.modalities:
        there = [place for place, each in enumerate(inputs) if modality in each]
        said = model.answers(model.batch([{modality: inputs[place][modality]} for place in there])) if there else {}
        for name, p in said.items():
            for place, row in zip(there, p, strict=True):
                results[place][name][modality] = named(model.tasks[name], row)
    return results


def _recalled(finished: FinishedRun) -> Kept:
    """What the file holds; nothing where there is none, or a damaged one."""
    try:
        found: Kept = read_json(finished.run.path / FILE, Kept)
    except VBGError:
        return {}
    return found
