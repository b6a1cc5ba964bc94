"""The order of the training records, pass after pass, as the sampler of an experiment draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.config.registry import Resolved
from vbg_framework.contracts.sampler import Sampler
from vbg_framework.data.loading.items import Items
from vbg_framework.learning.mixed import Mixed


@dataclass(frozen=True)
class Sampling:
    """A sampler with what it draws from.

    Args:
        sampler: whose order it is.
        count: training records.
        members: positions of the records of each class, for a sampler that reads them.
    """

    sampler: Sampler
    count: int
    members: Sequence[Sequence[int]] = ()

    def __call__(self, generator: np.random.Generator) -> list[int]:
        """The positions of one pass.

        Raises:
            VBGError: the sampler gave another number of them, or one that is none.
        """
        results = [int(place) for place in self.sampler.order(self.count, self.members, generator)]
        if len(results) != self.count or not all(0 <= place < self.count for place in results):
            what = f"the sampler must give {self.count} positions below that number, got {len(results)}"
            raise VBGError("train.sampling", what, "Report it to the plugin's author.")
        return results


def sampling(resolved: Resolved, train: Items | Mixed, count: int) -> Sampling:
    """The sampling that an experiment chooses.

    Args:
        resolved: the experiment.
        train: the training records.
        count: how many they are.

    Raises:
        VBGError: the sampler reads classes, and no record has a label of the task.
    """
    sampler = sampler_of(resolved)
    if not sampler.reads_classes:
        return Sampling(sampler, count)
    task = resolved.experiment.scarce_task
    members = [places for places in train.members(task) if places]
    if not members:
        raise VBGError("train.sampling", f"no training record has a label of '{task}'", "Set loop.task to another.")
    return Sampling(sampler, count, members)


def sampler_of(resolved: Resolved) -> Sampler:
    """The sampler that an experiment chooses."""
    part = resolved.parts["train.sampling"]
    made: Sampler = part.component.load()(part.config)
    return made
