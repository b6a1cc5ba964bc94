"""A prepared data set as it is divided for an experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from datasets import DatasetDict

from vbg_framework.contracts.record import Task
from vbg_framework.data.splits.split import Used


@dataclass(frozen=True)
class Splits:
    """A prepared data set divided for an experiment.

    Args:
        data: `train`, `validation` and `test`, views of `Prepared.table`, in the order of the ids.
        rows: split -> (n,) where its records stand in `Prepared.table`, same order.
        tasks: the selected tasks, with classes and training counts.
        unlabelled: records left out because they have a label for none of the tasks.
        unlicensed: records left out because of their licence.
        undivided: records left out because the source gives a split for others and none for them.
        unread: records left out because they have nothing of what is read.
        used: whether the split was given by the source or drawn, and how.
        scarce: task -> its classes that were made scarce.
        shared: records that a stable split leaves out, because an object of a later part has the same picture.
    """

    data: DatasetDict
    rows: Mapping[str, np.ndarray]
    tasks: tuple[Task, ...]
    unlabelled: int
    unlicensed: int
    undivided: int
    unread: int
    used: Used
    scarce: Mapping[str, Sequence[str]]
    shared: int = 0
