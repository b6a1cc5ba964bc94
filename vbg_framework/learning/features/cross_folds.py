"""Cross-validation folds for a fitted head: whole objects, stratified by class as far as it goes."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.base.seeds import derive
from vbg_framework.contracts.estimator import Fold
from vbg_framework.contracts.record import Task
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.record_items import RecordItems
from vbg_framework.learning.mixed import Mixed


def cross_folds(items: Items | Mixed, task: Task, count: int, seed: int) -> list[Fold]:
    """Folds over real records; a generated one is learnt from where none of the objects it comes from is held out.

    Args:
        items: what a head learns from; without an augmenter, `Items`.
        task: whose classes every fold shall hold.
        count: folds wanted; there are fewer where there are fewer objects.
        seed: of the draw.

    Raises:
        VBGError: all records show one object.
    """
    real, made = (items.real, items.made) if isinstance(items, Mixed) else (items, None)
    clusters = real.column("cluster")
    number = min(count, len(set(clusters)))
    if number < 2:
        fix = "Use `train: {folds: null}`, or more objects."
        raise VBGError("train.folds", f"folds need two objects to learn from, got {number}", fix)
    result = object_folds(_codes(real, task), clusters, number, seed)
    return result if made is None else [_with_made(fold, real, made, clusters) for fold in result]


def object_folds(codes: np.ndarray, clusters: Sequence[str], count: int, seed: int) -> list[Fold]:
    """Folds by class and whole clusters; every record is held out once.

    Args:
        codes: (n,) classes, -1 = without a label.
        clusters: n names of what must not be divided, `count` different ones at least.
        count: folds.
        seed: of the draw.
    """
    from sklearn.model_selection import StratifiedGroupKFold  # takes more than a second, and few runs fold

    folds = StratifiedGroupKFold(count, shuffle=True, random_state=derive(seed, "folds") % 2**32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class with fewer records than folds
        return list(folds.split(np.zeros(len(codes)), codes, clusters))


def _codes(items: Items, task: Task) -> np.ndarray:
    """(n,) classes; of several labels the rarest counts, -1 = without one."""
    codes = np.full(len(items), -1)
    members = items.members(task.name)
    for code in sorted(range(len(members)), key=lambda code: -len(members[code])):
        codes[members[code]] = code
    return codes


def _with_made(fold: Fold, real: Items, made: RecordItems, clusters: Sequence[str]) -> Fold:
    learn, held = fold
    closed = {clusters[place] for place in held}
    cluster = dict(zip(real.ids, clusters, strict=True))
    sources = [record.origin.sources if record.origin else () for record in made.records]
    free = [index for index, ids in enumerate(sources) if not closed & {cluster.get(one, "") for one in ids}]
    return np.concatenate([learn, len(real) + np.asarray(free, int)]), held
