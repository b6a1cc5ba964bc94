"""The fusion `concat`. B batch, D features."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from vbg_framework import Block, Features, Fusion
from vbg_fusions import ConcatConfig
from vbg_fusions.features import pooled


class Concat(Fusion):
    """Puts the pooled vectors side by side, in alphabetical order of the modalities; a missing one is zeros.

    With `dim: null` nothing is learnt. With `dim` a linear layer follows, and with `norm` a LayerNorm after it.

    Args:
        config: the options.
        dims: modality -> D of its encoder, any number.
    """

    def __init__(self, config: ConcatConfig, *, dims: Mapping[str, int]) -> None:
        super().__init__(config, dims=dims)
        self.modalities = sorted(dims)
        total = sum(dims.values())
        self.dim = config.dim or total
        self.dropout = nn.Dropout(config.dropout)
        self.project = nn.Linear(total, self.dim) if config.dim else nn.Identity()
        self.norm = nn.LayerNorm(self.dim) if config.norm else nn.Identity()

    def forward(self, features: Mapping[str, Features]) -> Tensor:
        """modality -> Features, to (B, dim)."""
        joined: Tensor = self.norm(self.project(self.dropout(torch.cat(pooled(features, self.modalities), dim=1))))
        return joined

    def blocks(self, parts: Mapping[str, tuple[Block, ...]]) -> tuple[Block, ...]:
        """Those of the modalities side by side, unless something is learnt."""
        if self.config.dim:
            return super().blocks(parts)
        return tuple(block for modality in self.modalities for block in parts[modality])
