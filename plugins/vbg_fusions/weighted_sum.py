"""The fusion `weighted_sum`. B batch, M modalities."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from vbg_framework import Features, Fusion
from vbg_fusions import WeightedSumConfig
from vbg_fusions.features import Projection, present, shares


class WeightedSum(Fusion):
    """Adds up the projected pooled vectors with learnt weights, the same for every record.

        fused = sum_m a_m (W_m x_m + b_m)        a = softmax(w) over the modalities that are there, equal at start

    Without any modality the result is zero.

    Args:
        config: the options.
        dims: modality -> D of its encoder, any number.
    """

    def __init__(self, config: WeightedSumConfig, *, dims: Mapping[str, int]) -> None:
        super().__init__(config, dims=dims)
        self.dim = config.dim
        self.project = Projection(dims, self.dim, config.dropout)
        self.balance = nn.Parameter(torch.zeros(len(dims), 1))  # w

    def forward(self, features: Mapping[str, Features]) -> Tensor:
        """modality -> Features, to (B, dim)."""
        weights = shares(self.balance, present(features, self.project.modalities))  # (B, M, 1)
        return (self.project(features) * weights).sum(1)
