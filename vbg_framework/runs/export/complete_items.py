"""Items with every modality a model reads, to try an exported model with."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from PIL import Image

from vbg_framework.data.loading.opening import open_items
from vbg_framework.runs.export.finished import FinishedRun

COUNT = 16

Item = dict[str, Any]


def complete_items(finished: FinishedRun) -> tuple[list[Item], bool]:
    """Raw items of the first test records that have every modality, and whether they are real.

    Where this machine no longer has the data, or no test record is complete, they are made up.

    Returns:
        `{"inputs": {modality: raw item}}` each, at most 16 of them and at least two.
    """
    real = list(islice(_real(finished), COUNT))
    if len(real) > 1:
        return real, True
    return [made_up(finished, number) for number in range(COUNT)], False


def made_up(finished: FinishedRun, number: int) -> Item:
    """One item: a plain picture, a text of `number` words, metadata with every field unknown."""
    inputs: dict[str, Any] = {
        "image": Image.new("RGB", (64, 48 + number), (15 * number % 256, 90, 140)),
        "text": " ".join(["piece"] * number),
        "metadata": {},
    }
    return {"inputs": {modality: inputs[modality] for modality in finished.resolved.experiment.modalities}}


def _real(finished: FinishedRun) -> Iterator[Item]:
    if finished.prepared is None:
        return
    experiment = finished.resolved.experiment
    _, items = open_items(experiment, finished.prepared)
    for number in range(len(items["test"])):
        inputs = items["test"][number]["inputs"]
        if len(inputs) == len(experiment.modalities):
            yield {"inputs": inputs}
