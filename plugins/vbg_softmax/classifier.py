"""The classifier `softmax`. B batch, C classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from torch import Tensor, nn

from vbg_framework import Classifier, Task
from vbg_softmax import SoftmaxConfig
from vbg_softmax.head import Head


class SoftmaxClassifier(Classifier):
    """Dropout, then one linear layer per task; softmax (or, for a multi-label task, sigmoid) gives probabilities.

    The penalty `l2 * sum(W^2)` over the head weights (not the biases) is part of the loss, because decoupled weight
    decay at small learning rates hardly acts. Source: Lu et al., Scientific Reports 2025 (dropout 0.5, L2 0.001).

    Logit adjustment: Menon et al. 2021, https://arxiv.org/abs/2007.07314.

    Args:
        config: the options.
        dim: size of the vectors it reads.
        tasks: task -> Task with `classes` and training `counts`.

    Raises:
        VBGError: `logit_adjustment` with a multi-label task.
    """

    def __init__(self, config: SoftmaxConfig, *, dim: int, tasks: Mapping[str, Task]) -> None:
        super().__init__(config, dim=dim, tasks=tasks)
        self.dropout = nn.Dropout(config.dropout)
        self.keys = {name: _key(name) for name in tasks}
        heads = {self.keys[name]: self.head(dim, task) for name, task in tasks.items()}
        self.heads = cast("Mapping[str, Head]", nn.ModuleDict(heads))  # a ModuleDict forgets what it holds

    def head(self, dim: int, task: Task) -> Head:
        """What makes the logits of one task from vectors of size `dim`."""
        return Head(dim, task, self.config)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """(B, dim) -> task -> (B, C) logits."""
        x = self.dropout(x)
        return {name: self.heads[key](x) for name, key in self.keys.items()}

    def loss(self, logits: Mapping[str, Tensor], targets: Mapping[str, Tensor]) -> Tensor:
        """Mean of the tasks' losses plus the penalty; a task without a label in the batch contributes 0 to the mean.

        Args:
            logits: what `forward` returned.
            targets: task -> (B,) class indices, -1 = missing; for a multi-label task (B, C) of 0 and 1,
                a row of -1 = missing.
        """
        losses = (self.heads[key].loss(logits[name], targets[name]) for name, key in self.keys.items())
        return sum(losses) / len(self.keys) + self.penalty()

    def penalty(self) -> Tensor:
        """`l2 * sum(W^2)` over all weights, biases and scales excepted."""
        return self.config.l2 * sum(weight.square().sum() for weight in self.weights())

    def weights(self) -> Iterator[Tensor]:
        """The matrices that the penalty is about."""
        return (head.weight for head in self.heads.values())


def _key(task: str) -> str:
    """A name torch accepts for any task: without dots, and never that of a module's own method."""
    return "task:" + task.replace("%", "%25").replace(".", "%2E")
