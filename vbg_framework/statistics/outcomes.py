"""What a run answered about its test records, in the form that the statistics of classes and objects work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics.pairs import Replicate


@dataclass(frozen=True)
class Outcomes:
    """The labelled test records of one run. n records, C classes.

    Args:
        objects: (n,) id of the object each record shows; the views of an object share it, and so do replicates.
        truth: (n, C) bool, the classes of a record: one, or several in a multi-label task.
        predicted: (n, C) bool.

    Raises:
        VBGError: the shapes do not fit, or there is no record.
    """

    objects: np.ndarray
    truth: np.ndarray
    predicted: np.ndarray

    def __post_init__(self) -> None:
        if self.truth.shape != self.predicted.shape or self.truth.ndim != 2 or not len(self.truth):
            got = f"{self.truth.shape} and {self.predicted.shape}"
            raise VBGError("outcomes", f"truth and predictions must be of one shape (n, C), n > 0, got {got}")
        if self.objects.shape != self.truth.shape[:1]:
            raise VBGError("outcomes", f"needs one object per record, got {len(self.objects)} for {len(self.truth)}")


Runs = Mapping[Replicate, Outcomes]
"""replicate -> what its run answered."""


def shared(arm: Runs, control: Runs) -> list[Replicate]:
    """The replicates both have.

    Raises:
        VBGError: there is none, or one was tested on different records.
    """
    both = [replicate for replicate in arm if replicate in control]
    if not both:
        raise VBGError("outcomes", "the two arms have no replicate in common")
    for replicate in both:
        mine, its = arm[replicate], control[replicate]
        if not (np.array_equal(mine.objects, its.objects) and np.array_equal(mine.truth, its.truth)):
            raise VBGError(f"outcomes: replicate {replicate}", "the runs compared were tested on different records")
    return both
