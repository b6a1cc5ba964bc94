"""The classifier `mlp`. B batch, C classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from torch import Tensor, nn

from vbg_framework import Task
from vbg_softmax import MlpConfig
from vbg_softmax.classifier import SoftmaxClassifier

ACTIVATIONS: dict[str, type[nn.Module]] = {"gelu": nn.GELU, "relu": nn.ReLU, "tanh": nn.Tanh}


class MlpClassifier(SoftmaxClassifier):
    """Hidden layers that all tasks share (dropout, linear, activation), then what `softmax` does.

    The penalty also covers the weights of the hidden layers.

    Args:
        config: the options.
        dim: size of the vectors it reads.
        tasks: task -> Task with `classes` and training `counts`.
    """

    def __init__(self, config: MlpConfig, *, dim: int, tasks: Mapping[str, Task]) -> None:
        super().__init__(config, dim=config.hidden[-1], tasks=tasks)
        layers: list[nn.Module] = []
        for read, made in pairwise((dim, *config.hidden)):
            layers += [nn.Dropout(config.dropout), nn.Linear(read, made), ACTIVATIONS[config.activation]()]
        self.hidden = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """(B, dim) -> task -> (B, C) logits."""
        return super().forward(self.hidden(x))

    def weights(self) -> Iterator[Tensor]:
        """The matrices that the penalty is about."""
        yield from super().weights()
        yield from (layer.weight for layer in self.hidden if isinstance(layer, nn.Linear))
