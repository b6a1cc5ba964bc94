"""Two runs of one question, compared on the test records that both answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.contracts.record import classes_of
from vbg_framework.data.readers.own_table import own_columns, own_table
from vbg_framework.statistics import Interval, Outcomes, hierarchical
from vbg_framework.statistics.hierarchy import METRICS
from vbg_framework.study.comparison.answers import flags

CAVEAT = (
    "The interval is for other objects like these, and for these two trainings; the same options with another seed may "
    "answer otherwise."
)


@dataclass(frozen=True)
class Rivalry:
    """How one run does against another in one task, on the same records.

    Args:
        task: which.
        metric: `macro_f1` or `accuracy`.
        records, objects: that both tested and that have a label; neither trained on any of them.
        before, after: the metric of either run; None without such records.
        interval: 95 %, of `after - before`; None with fewer than two objects.
    """

    task: str
    metric: str
    records: int
    objects: int
    before: float | None = None
    after: float | None = None
    interval: Interval | None = None

    @property
    def difference(self) -> float | None:
        """`after - before`; None without records."""
        return None if self.after is None or self.before is None else self.after - self.before

    @property
    def is_worse(self) -> bool:
        """Whether the second run is worse beyond chance."""
        return self.interval is not None and self.interval.high < 0


def rivalries(before: RunFolder, after: RunFolder, metric: str = "macro_f1") -> list[Rivalry]:
    """Compare two finished runs, task by task, on the test records of both. Labels are those of the second run.

    Objects are drawn with replacement for the interval, the same for both runs (`statistics.hierarchical`).

    Raises:
        VBGError: unknown metric, a run has no predictions, or they have no task in common.
    """
    if metric not in METRICS:
        raise VBGError("--metric", f"unknown metric '{metric}'", did_you_mean(metric, METRICS))
    tables = [_rows(run) for run in (before, after)]
    tasks = [task for task in _tasks(after) if task in _tasks(before)]
    if not tasks:
        fix = "Compare runs of one experiment."
        raise VBGError(after.name, f"has no task in common with {before.name}, got {', '.join(_tasks(after))}", fix)
    return [_rivalry(task, metric, *tables) for task in tasks]


def _tasks(run: RunFolder) -> list[str]:
    return list(run.config()["experiment"]["tasks"])


def _rows(run: RunFolder) -> dict[str, dict[str, Any]]:
    """Id -> row of the predictions."""
    path = run.path / "predictions.parquet"
    names = [name for name in own_columns(path) if not name.endswith(("_probabilities", "_set"))]
    return {row["id"]: row for row in own_table(path, names).to_pylist()}


def _rivalry(task: str, metric: str, before: dict[str, dict[Any, Any]], after: dict[str, dict[Any, Any]]) -> Rivalry:
    ids = sorted(i for i in after if i in before and after[i].get(task) is not None)
    objects = np.array([after[i]["group"] or i for i in ids], dtype=str)
    result = Rivalry(task, metric, len(ids), len(set(objects.tolist())))
    if not ids:
        return result
    answers = [[rows[i][name] for i in ids] for rows, name in _columns(task, before, after)]
    classes = sorted({name for column in answers for answer in column for name in classes_of(answer)})
    truth, *said = (flags(column, classes) for column in answers)
    old, new = (Outcomes(objects, truth, predicted) for predicted in said)
    every, places = np.ones((1, result.objects)), np.unique(objects, return_inverse=True)[1]
    was, now = (float(METRICS[metric](every, outcome, places)[0]) for outcome in (old, new))
    interval = hierarchical({0: new}, {0: old}, metric=metric) if result.objects > 1 else None
    return Rivalry(task, metric, result.records, result.objects, was, now, interval)


def _columns(
    task: str, before: dict[Any, Any], after: dict[Any, Any]
) -> Iterator[tuple[dict[str, dict[Any, Any]], str]]:
    yield after, task
    yield before, f"{task}_predicted"
    yield after, f"{task}_predicted"
