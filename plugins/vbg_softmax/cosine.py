"""The classifier `cosine`. B batch, C classes."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vbg_framework import Task
from vbg_softmax import CosineConfig
from vbg_softmax.classifier import SoftmaxClassifier
from vbg_softmax.head import Head

SHORTEST = 1e-4
"""Vectors that are shorter are not stretched to length 1: of zeros, nothing can be said."""


class CosineHead(Head):
    """`scale * cos(x, w_c)`: how well the direction of a vector fits that of each class; no bias.

    Args:
        dim: size of the vectors it reads.
        task: with `classes` and training `counts`.
        config: the options.
    """

    log_scale: Tensor

    def __init__(self, dim: int, task: Task, config: CosineConfig) -> None:
        super().__init__(dim, task, config, bias=False)
        scale = torch.tensor(math.log(config.scale))
        if config.learn_scale:
            self.log_scale = nn.Parameter(scale)  # a logarithm, so that the scale stays positive
        else:
            self.register_buffer("log_scale", scale)

    def forward(self, x: Tensor) -> Tensor:
        """(B, dim) -> (B, C) logits."""
        directions, classes = (F.normalize(each.float(), dim=-1, eps=SHORTEST) for each in (x, self.weight))
        return self.log_scale.exp() * F.linear(directions, classes)


class CosineClassifier(SoftmaxClassifier):
    """Dropout, then logits from directions alone, so that frequent classes do not win by long weights.

    Source: Gidaris and Komodakis 2018 (https://arxiv.org/abs/1804.09458).
    """

    def head(self, dim: int, task: Task) -> CosineHead:
        """What makes the logits of one task from vectors of size `dim`."""
        return CosineHead(dim, task, self.config)
