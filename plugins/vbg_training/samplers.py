"""Samplers of training records."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vbg_framework import Sampler
from vbg_framework.toolkit import drawn


class Natural(Sampler):
    """Every record once per pass, in an order that is drawn anew."""

    once = True

    def order(self, count: int, members: Sequence[Sequence[int]], generator: np.random.Generator) -> list[int]:
        """A permutation."""
        return generator.permutation(count).tolist()


class Balanced(Sampler):
    """As many draws with replacement, each class of `loop.task` equally often; records without its label are not drawn.

    `loop.task: null` means the first task.
    """

    reads_classes = True

    def order(self, count: int, members: Sequence[Sequence[int]], generator: np.random.Generator) -> list[int]:
        """Classes in turns, and a record of each."""
        return drawn(members, count, generator)
