"""One answer for a record with several pictures: the mean of what a model says of each of its views."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from vbg_framework.contracts.record import Task
from vbg_framework.learning.evaluation.confidence import Confidence
from vbg_framework.learning.inference import calibrated
from vbg_framework.learning.prediction.prediction import Prediction

Said = Mapping[str, np.ndarray]  # task -> (C,) probabilities


class View(NamedTuple):
    """What was read of one view, and what a model says of it.

    Args:
        row: which record it is a view of.
        id: its id, or where it was read if it has none.
        read: how many modalities could be read.
        problems: what could not be read, in words.
        absent: the fields a model reads that the record does not even name.
        said: task -> (C,) probabilities before calibration; None = there was nothing that the model reads.
        traits: what the drift note compares, see `Drift.look`.
    """

    row: int
    id: str
    read: int
    problems: Sequence[str]
    absent: Sequence[str]
    said: Said | None
    traits: Mapping[str, float]


def joined(
    views: Iterable[View], tasks: Mapping[str, Task], confidence: Mapping[str, Confidence]
) -> Iterator[Prediction]:
    """A prediction per record, in the order of their views, which lie side by side.

    Probabilities are the mean over the views of which most modalities could be read, then calibrated: a view whose
    picture is broken counts only where all are.
    """
    for _, some in groupby(views, key=lambda view: view.row):
        each = list(some)
        most = max(view.read for view in each)
        said = [view.said for view in each if view.said is not None and view.read == most]
        problems = dict.fromkeys(problem for view in each for problem in view.problems)
        yield _prediction(each[0].id, said, "; ".join(problems), tasks, confidence)


def _prediction(
    name: str, said: Sequence[Said], problem: str, tasks: Mapping[str, Task], confidence: Mapping[str, Confidence]
) -> Prediction:
    if not said:
        return Prediction(name, problem=problem)
    results = {task: np.mean([each[task] for each in said], axis=0, keepdims=True) for task in tasks}
    mean = {task: p[0] for task, p in calibrated(results, confidence, tasks).items()}
    named = {n: dict(zip(task.classes, mean[n].tolist(), strict=True)) for n, task in tasks.items()}
    chosen = {n: _choice(task, named[n]) for n, task in tasks.items()}
    sets = {
        n: sure.sets(mean[n][None], tasks[n].classes)[0] for n, sure in confidence.items() if sure.least is not None
    }
    return Prediction(name, chosen, named, sets, problem)


def _choice(task: Task, named: Mapping[str, float]) -> str | tuple[str, ...]:
    if task.multi_label:
        return tuple(name for name, p in named.items() if p >= 0.5)
    return max(named, key=lambda name: named[name])
