"""The interface of a loss. Light. B batch, C classes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor


class Loss(ABC):
    """How wrong the logits of one task are, record by record; heads average it over the labelled ones.

    Args:
        config: the options, an instance of the component's `Config` class.
    """

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def single(self, logits: Tensor, target: Tensor, weights: Tensor) -> Tensor:
        """(B,) float32, 0 or more, of a task of one class per record.

        Args:
            logits: (B, C) float32.
            target: (B,) class indices.
            weights: (C,) what a label of each class counts; 1 = as any other.
        """

    @abstractmethod
    def several(self, logits: Tensor, target: Tensor, weights: Tensor) -> Tensor:
        """(B,) float32, 0 or more, of a multi-label task.

        Args:
            logits: (B, C) float32; the sigmoid of each is a probability.
            target: (B, C) of 0 and 1.
            weights: (C,) what a label of each class counts where it is 1.
        """
