"""The feature network of the measures: a feature vector per picture, and class probabilities."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor

from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.base.publication import write_json, written
from vbg_framework.base.seeds import derive
from vbg_framework.contracts.record import Task, classes_of
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.screen import Bar, Screen

MOST = 10_000
"""Training pictures a judge learns from; of more, so many are drawn at random."""
ABOUT, WEIGHTS = "judge.json", "judge.safetensors"


class FeatureNetwork(ABC):
    """A judge of pictures that has seen real training pictures only.

    Attributes:
        name: what it is and what it learnt from, to be stated beside every number that depends on it.
        classes: task -> classes, in the order of its probabilities.
    """

    name: str
    classes: Mapping[str, tuple[str, ...]]

    @abstractmethod
    def look(self, images: Iterable[Image.Image]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """n RGB pictures of any size, read one at a time -> (n, D) features and task -> (n, C) probabilities."""

    def features(self, images: Iterable[Image.Image]) -> np.ndarray:
        """n RGB pictures -> (n, D) float32."""
        return self.look(images)[0]

    def probabilities(self, images: Iterable[Image.Image]) -> Mapping[str, np.ndarray]:
        """n RGB pictures -> task -> (n, C); rows sum to 1, for a multi-label task too: they share out one guess."""
        return self.look(images)[1]


def shares(targets: Sequence[Mapping[str, Any]], task: Task) -> np.ndarray:
    """Labels as (n, C) float32: rows sum to 1, shared among the classes of a multi-label task; zeros = no label."""
    codes = {name: code for code, name in enumerate(task.classes)}
    result = np.zeros((len(targets), len(codes)), np.float32)
    for row, labels in enumerate(targets):
        carried = carries(labels, task.name)
        for name in carried:
            result[row, codes[name]] = 1 / len(carried)
    return result


def carries(targets: Mapping[str, Any], task: str) -> tuple[str, ...]:
    """The classes a record carries; none if it has no label."""
    return classes_of(targets.get(task))


def lessons(
    train: TrainView,
    tasks: Sequence[str],
    seed: int,
    see: Callable[[Iterable[Image.Image]], np.ndarray],
    screen: Screen | None,
) -> tuple[np.ndarray, list[np.ndarray]]:
    """What `see` makes of the training pictures, read one at a time, and per task their labels as `shares` gives them.

    Raises:
        VBGError: no training record has both a picture and a label.
    """
    labels = [shares(train.targets, train.tasks[name]) for name in tasks]
    told = np.flatnonzero(np.sum([part.sum(1) for part in labels], axis=0)) if tasks else np.empty(0, int)
    if len(told) > MOST:
        told = np.sort(np.random.default_rng(derive(seed, "lessons")).choice(told, MOST, replace=False))
    rows: list[int] = []
    with (screen or Screen()).progress("judge: training images", len(told)) as bar:
        seen = see(_pictures(train, told.tolist(), rows, bar))
    if not rows:
        what = f"no training record has an image and a class of {', '.join(tasks) or 'any task'}"
        raise VBGError("quality", what, "Measure without a judge.")
    return seen, [part[rows] for part in labels]


def _pictures(train: TrainView, told: Iterable[int], rows: list[int], bar: Bar) -> Iterator[Image.Image]:
    for row in told:
        image = train[row].inputs.get("image")
        bar.advance()
        if image is not None:
            rows.append(row)
            yield image


def save_judge(folder: Path, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
    """Write weights and description, each in one step; the description comes last and makes it complete."""
    folder.mkdir(parents=True, exist_ok=True)
    with written(folder / WEIGHTS) as partial:
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, partial)
    write_json(folder / ABOUT, about)


def saved_judge(folder: Path) -> dict[str, Any]:
    """The description of a saved judge; empty if there is none."""
    path = folder / ABOUT
    return read_json(path, dict) if path.is_file() else {}
