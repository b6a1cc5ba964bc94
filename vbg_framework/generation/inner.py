"""The training split as an augmenter sees it, with a part of it held back to measure each round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np
from scipy.sparse import csr_array

from vbg_framework.base.digest import digest
from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.data.loading.items import Items
from vbg_framework.data.preparation.columns import CLUSTER, TARGET
from vbg_framework.data.splits.split import draw

ENOUGH = (5, 2)
"""A class with fewer objects keeps them all for learning, and its recall is not measured; in a data set without any
class that large, the second number counts."""


@dataclass(frozen=True)
class Inner:
    """The training split, divided once more.

    Args:
        learn: what the augmenter and the classifiers of all rounds but the last learn from.
        measure: the inner validation part.
        view: `learn` as an augmenter sees it; `measure` is its `held_out`.
    """

    learn: Items
    measure: Items
    view: TrainView


def divide_inner(items: Items, task: str, *, share: float, seed: int, fingerprint: str) -> Inner:
    """Hold back a share of the training split, by class of `task` and by whole clusters.

    Args:
        items: the training split.
        task: the task whose scarce classes are filled.
        share: share of the records to hold back.
        seed: seed of the draw.
        fingerprint: of the prepared data set.

    Raises:
        VBGError: the task is multi-label, or there is too little to divide.
    """
    chosen = next(known for known in items.tasks if known.name == task)
    if chosen.multi_label:
        what = f"scarce classes are filled for a task with one class per record, '{task}' is multi-label"
        raise VBGError("loop.task", what, "Name another task.")
    labels, clusters = items.column(TARGET + task), items.column(CLUSTER)
    tried = (_held(labels, clusters, chosen, share, seed, enough) for enough in ENOUGH)
    held = next((part for part in tried if part.any()), np.zeros(len(items), bool))
    if not held.any() or held.all():
        raise VBGError("loop.inner", f"cannot divide {len(items)} training records", "It takes more objects per class.")
    learn, measure = (items.select(np.flatnonzero(part).tolist()) for part in (~held, held))
    return Inner(learn, measure, view_of(learn, task, fingerprint, held_out=view_of(measure, task, fingerprint)))


def _held(
    labels: Sequence[str | None], clusters: Sequence[str], task: Task, share: float, seed: int, enough: int
) -> np.ndarray:
    """(n,) which records are held back: whole clusters, none that carries a scarce class or no class."""
    pairs = {(cluster, label) for cluster, label in zip(clusters, labels, strict=True)}
    objects = Counter(label for _, label in pairs)
    kept = {cluster for cluster, label in pairs if label is None or objects[label] < enough}
    rows = [row for row, cluster in enumerate(clusters) if cluster not in kept]
    held = np.zeros(len(labels), bool)
    if rows:
        codes = [task.classes.index(labels[row]) for row in rows]
        one_hot = csr_array((np.ones(len(rows)), (range(len(rows)), codes)), shape=(len(rows), len(task.classes)))
        held[rows] = draw([clusters[row] for row in rows], one_hot, (1 - share, share), seed) == 1
    return held


def view_of(items: Items, task: str, fingerprint: str, held_out: TrainView | None = None) -> TrainView:
    """Items as an augmenter sees them.

    Args:
        items: of the training split.
        task: the task whose scarce classes are filled.
        fingerprint: of the prepared data set.
        held_out: what is kept out of them.
    """
    tasks = [replace(known, counts=items.counts(known.name)) for known in items.tasks]
    columns = {known.name: items.column(TARGET + known.name) for known in tasks}
    targets = [
        {name: labels[row] for name, labels in columns.items() if labels[row] is not None} for row in range(len(items))
    ]
    fields = items.text.fields if items.text else ()
    manifest = [fingerprint, items.ids, items.modalities, fields, [[t.name, t.classes] for t in tasks], task]
    key = digest(manifest)
    return TrainView(_Stored(items), tasks=tasks, task=task, targets=targets, fingerprint=key, held_out=held_out)


class _Stored(Sequence[Record]):
    """Records read from the prepared data set when they are asked for."""

    def __init__(self, items: Items) -> None:
        self._items = items

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> Record: ...

    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...

    def __getitem__(self, index: int | slice) -> Record | list[Record]:
        if isinstance(index, slice):
            return [self._items.record(i) for i in range(len(self))[index]]
        return self._items.record(index)
