"""Predictions of the runs of a study on their test records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vbg_framework.data.readers.own_table import own_columns, own_table
from vbg_framework.statistics import Outcomes
from vbg_framework.statistics.pairs import Replicate
from vbg_framework.study.comparison.results import Results


def outcomes(results: Results, arm: str, task: str) -> dict[Replicate, Outcomes]:
    """Replicate -> what an arm's run answered, where its predictions are there and have labels of the task."""
    classes = results.tasks[task]
    found: dict[Replicate, Outcomes | None] = {
        trial.replicate: read_outcomes(run.path / "predictions.parquet", task, classes)
        for trial, run in results.runs.items()
        if trial.arm == arm
    }
    return {number: outcome for number, outcome in found.items() if outcome is not None}


def read_outcomes(path: Path, task: str, classes: Sequence[str]) -> Outcomes | None:
    """The labelled test records of one run, in the order of their ids; None if there are none.

    Args:
        path: `predictions.parquet`.
        task: one of its tasks.
        classes: C names, in the order of the columns.
    """
    if not path.exists():
        return None
    columns = ["id", "group", task, f"{task}_predicted"]
    if not set(columns) <= set(own_columns(path)):
        return None
    ids, groups, truth, predicted = (column.to_pylist() for column in own_table(path, columns).columns)
    order = [i for i in np.argsort(np.array(ids, dtype=str), kind="stable") if truth[i] is not None]
    if not order:
        return None
    objects = np.array([groups[i] or ids[i] for i in order], dtype=str)
    return Outcomes(objects, *(flags([answers[i] for i in order], classes) for answers in (truth, predicted)))


def same_records(one: Outcomes, other: Outcomes) -> bool:
    """Whether two runs were asked the same questions; else they are no pair."""
    return np.array_equal(one.objects, other.objects) and np.array_equal(one.truth, other.truth)


def flags(answers: Sequence[Any], classes: Sequence[str]) -> np.ndarray:
    """(n, C) bool of classes, or lists of classes in a multi-label task."""
    places = {name: i for i, name in enumerate(classes)}
    flags = np.zeros((len(answers), len(classes)), dtype=bool)
    for row, answer in enumerate(answers):
        flags[row, [places[name] for name in ([answer] if isinstance(answer, str) else answer)]] = True
    return flags
