"""The interface of a schedule of the learning rate. Light."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any


class Schedule(ABC):
    """How the learning rate goes on after the warm-up, in which the core lets it rise.

    Args:
        config: the options, an instance of the component's `Config` class.
    """

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def factor(self, step: int, steps: int) -> float:
        """The share of the peak learning rate, 0 or more. It follows from these two alone, so runs resume exactly.

        Args:
            step: optimiser steps since the warm-up, from 0 to `steps`.
            steps: how many there are in all, at least 1.
        """
