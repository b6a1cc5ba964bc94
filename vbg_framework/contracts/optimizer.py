"""The interface of an optimiser. Light."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


class Optimizer(ABC):
    """Chooses the rule by which gradients change weights.

    The core sets the learning rate of every group before each step, and stores the state: tensors and numbers alone.

    Args:
        config: the options, an instance of the component's `Config` class.
    """

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def build(self, groups: Sequence[dict[str, Any]]) -> torch.optim.Optimizer:
        """The optimiser over these parameter groups.

        Args:
            groups: `params`, `weight_decay`, `peak` (the largest learning rate) and `name` of the part each. Its
                `param_groups` are these, in this order, with all keys.
        """
