"""The interface of a sampler. Light."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np


class Sampler(ABC):
    """Says which training records make a pass, and in which order.

    Args:
        config: the options, an instance of the component's `Config` class.

    Attributes:
        once: whether a pass takes every record exactly once. A head that is fitted then reads the records as they lie,
            and may be measured out of fold.
        reads_classes: whether it reads `members`.
    """

    once: ClassVar[bool] = False
    reads_classes: ClassVar[bool] = False

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def order(self, count: int, members: Sequence[Sequence[int]], generator: np.random.Generator) -> Sequence[int]:
        """The positions of one pass. They follow from the arguments alone, so runs resume exactly.

        Args:
            count: how many training records there are, and how many positions are wanted; each from 0 to `count - 1`.
            members: positions of the records of each class of the task that is sampled by, none of them empty; no
                classes unless `reads_classes`.
            generator: the only source of chance.
        """
