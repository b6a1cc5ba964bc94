"""The fusion `gated`. B batch, M modalities."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from vbg_framework import Features, Fusion
from vbg_fusions import GatedConfig
from vbg_fusions.features import Projection, pooled, present, shares


class Gated(Fusion):
    """Lets the modalities of each record decide together how much each of them counts, feature by feature.

        h_m = tanh(W_m x_m + b_m)        z = softmax over m of (U_m [x_1; ...; x_M] + c_m)        fused = sum_m z_m h_m

    For two modalities softmax over two gates is a sigmoid of their difference, so this is the gated multimodal unit
    of Arevalo et al. 2017 (https://arxiv.org/abs/1702.01992) in its bimodal form, z and 1 - z; for more it keeps the
    gates adding up to 1, where the paper's multimodal form has M independent sigmoids. A missing modality has gate 0.

    Args:
        config: the options.
        dims: modality -> D of its encoder, any number.
    """

    def __init__(self, config: GatedConfig, *, dims: Mapping[str, int]) -> None:
        super().__init__(config, dims=dims)
        self.dim = config.dim
        self.project = Projection(dims, self.dim, config.dropout)
        self.gate = nn.Linear(sum(dims.values()), len(dims) * self.dim)

    def forward(self, features: Mapping[str, Features]) -> Tensor:
        """modality -> Features, to (B, dim)."""
        names = self.project.modalities
        scores = self.gate(torch.cat(pooled(features, names), dim=1)).unflatten(1, (len(names), -1))  # (B, M, dim)
        return (torch.tanh(self.project(features)) * shares(scores, present(features, names))).sum(1)
