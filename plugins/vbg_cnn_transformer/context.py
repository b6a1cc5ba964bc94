"""The Transformer part: what hangs together across the picture."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Context(nn.Module):
    """A pre-norm Transformer over the places of a map or of a picture.

    Every layer is z + f(LN(z)), and a last LN ends the stack, as pre-norm needs (Xiong et al. 2020, arXiv 2002.04745).

    Args:
        channels: of what it reads.
        patch: pixels per token; 1 for a map.
        count: tokens, each with a learnt position.
        dim, layers, heads, mlp_dim: sizes of the Transformer.
        dropout: share dropped in training.
    """

    def __init__(
        self, channels: int, patch: int, count: int, *, dim: int, layers: int, heads: int, mlp_dim: int, dropout: float
    ) -> None:
        super().__init__()
        self.project = nn.Conv2d(channels, dim, patch, patch)
        self.position_embedding = nn.Parameter(nn.init.trunc_normal_(torch.empty(1, count, dim), std=0.02))
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(dim, heads, mlp_dim, dropout, "gelu", batch_first=True, norm_first=True)
            for _ in range(layers)
        )
        self.norm = nn.LayerNorm(dim)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, N, dim)."""
        z = self.project(x).flatten(2).transpose(1, 2) + self.position_embedding  # (B, N, dim)
        for layer in self.layers:
            z = layer(z)
        return self.norm(z)
