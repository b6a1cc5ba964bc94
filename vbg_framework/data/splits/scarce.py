"""Classes that are made scarce: most of their training objects are taken away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.contracts.record import Task
from vbg_framework.data.splits.split import HELD_BACK, TRAIN


def scarce_classes(config: SplitConfig, task: Task, clusters: Sequence[str], labels: csr_array) -> tuple[str, ...]:
    """Names of the classes to make scarce; the fewest objects in all parts together come first, then the name.

    Every replicate of a study has the same ones, whatever its seed.

    Args:
        config: with `scarce`.
        task: whose classes they are.
        clusters: (n,) object of each record.
        labels: (n, C) of 0 and 1.

    Raises:
        VBGError: a class is unknown, or no other class with objects would be left.
    """
    assert config.scarce is not None
    wanted = config.scarce.classes
    objects = {name: len(_objects(clusters, labels, code)) for code, name in enumerate(task.classes)}
    seen = sorted((name for name in objects if objects[name]), key=lambda name: (objects[name], name))
    if isinstance(wanted, int):
        if wanted >= len(seen):
            what = f"task '{task.name}' has {len(seen)} classes with objects, got {wanted}"
            raise VBGError("split.scarce.classes", what, "Leave one or more as they are.")
        return tuple(seen[:wanted])
    for name in wanted:
        if name not in objects:
            raise VBGError("split.scarce.classes", f"unknown class '{name}'", did_you_mean(name, objects))
    return tuple(dict.fromkeys(wanted))


def cut(
    parts: np.ndarray, names: Sequence[str], config: SplitConfig, task: Task, clusters: Sequence[str], labels: csr_array
) -> np.ndarray:
    """Take training objects of scarce classes away until `keep` are left of each; they become part 3.

    Which ones stay follows from the seed of `scarce`, else of the split, and the names, not from the order of the
    records. An object with several scarce classes (multi-label) stays only if each of them keeps it.

    Args:
        parts: (n,) as `split.divide` says.
        names: the classes, see `scarce_classes`.
        config, task, clusters, labels: as there.

    Returns:
        (n,) parts.
    """
    assert config.scarce is not None
    result, of = parts.copy(), np.asarray(clusters, dtype=object)
    seed = config.seed if config.scarce.seed is None else config.scarce.seed
    for name in sorted(names) if config.scarce.keep else ():
        rows = np.flatnonzero(result == TRAIN)
        objects = _objects(of[rows], labels[rows], task.classes.index(name))
        draws = np.random.default_rng([seed, *f"scarce/{task.name}/{name}".encode()])
        gone = draws.permutation(objects)[config.scarce.keep :]
        result[rows[np.isin(of[rows], gone)]] = HELD_BACK
    return result


def _objects(clusters: Sequence[str] | np.ndarray, labels: csr_array, code: int) -> np.ndarray:
    """Sorted names of the objects that carry a class."""
    return np.unique(np.asarray(clusters, dtype=object)[csr_array(labels)[:, [code]].nonzero()[0]])
