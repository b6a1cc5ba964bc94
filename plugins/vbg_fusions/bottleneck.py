"""The fusion `bottleneck`. B batch, L latents, N tokens, D features, H heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vbg_framework import Features, Fusion
from vbg_fusions import BottleneckConfig
from vbg_fusions.attention import attention_weights, split
from vbg_fusions.features import emptied


class Reading(nn.Module):
    """Latents read tokens, then think: `z + MHA(LN(z), LN(tokens))`, then `z + MLP(LN(z))`.

    Args:
        dim: D of latents and tokens, a multiple of `heads`.
        heads: H.
        dropout: share of attention weights, and of what the MLP says, dropped in training.
    """

    def __init__(self, dim: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.rate = heads, dropout
        self.norm, self.norm_tokens, self.norm_mlp = (nn.LayerNorm(dim) for _ in range(3))
        self.query, self.value, self.output = (nn.Linear(dim, dim) for _ in range(3))
        self.key = nn.Linear(dim, dim, bias=False)  # softmax cancels a bias
        self.mlp = nn.Sequential(nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim), nn.Dropout(dropout))

    def forward(self, latents: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        """Read the tokens (B, N, D) that `mask` (B, N) calls real into the latents (B, L, D)."""
        weights = F.dropout(self.weights(latents, tokens, mask), self.rate, self.training)
        values = split(self.value(self.norm_tokens(tokens)), self.heads)
        result = self.output((weights.to(values.dtype) @ values).transpose(1, 2).flatten(2))  # (B, L, D)
        latents = latents + result * mask.any(1)[:, None, None]
        return latents + self.mlp(self.norm_mlp(latents))

    def weights(self, latents: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        """(B, H, L, N) attention weights without dropout; zeros where all tokens are masked."""
        query, key = self.query(self.norm(latents)), self.key(self.norm_tokens(tokens))
        return attention_weights(split(query, self.heads), split(key, self.heads), mask)


class Bottleneck(Fusion):
    """A few learnt latents read the tokens of all modalities, and their mean is the joined vector.

    All that one modality says to another passes through the latents, so the cost grows with the number of tokens and
    not with its square. Every modality is projected to `dim` and marked with a learnt vector of its own. Records that
    have no modality at all get what the latents say unread.

    Source: the latents are those of Perceiver (Jaegle et al. 2021, https://arxiv.org/abs/2103.03206), as a bottleneck
    between modalities in the sense of Nagrani et al. 2021 (https://arxiv.org/abs/2107.00135), whose modalities keep
    streams of their own besides; here the encoders are those streams.

    Args:
        config: the options.
        dims: modality -> D of its encoder, any number.
    """

    def __init__(self, config: BottleneckConfig, *, dims: Mapping[str, int]) -> None:
        super().__init__(config, dims=dims)
        self.modalities = sorted(dims)
        self.dim = config.dim
        self.project = nn.ModuleList(nn.Linear(dims[name], self.dim) for name in self.modalities)
        self.marks = nn.Parameter(torch.randn(len(dims), self.dim) * 0.02)
        self.latents = nn.Parameter(torch.randn(config.latents, self.dim) * 0.02)
        readings = nn.ModuleList(Reading(self.dim, config.heads, config.dropout) for _ in range(config.layers))
        self.readings = cast("Sequence[Reading]", readings)  # a ModuleList forgets what it holds
        self.norm = nn.LayerNorm(self.dim)

    def forward(self, features: Mapping[str, Features]) -> Tensor:
        """modality -> Features, to (B, dim)."""
        latents: Tensor = self.norm(self._read(features, self.readings))
        return latents.mean(1)

    def attention(self, features: Mapping[str, Features]) -> dict[tuple[str, str], Tensor]:
        """("latents", modality) -> (B, H, L, N): what the last reading takes of a modality, in shares of it."""
        latents = self._read(features, self.readings[:-1])
        last = self.readings[-1]
        result = zip(self.modalities, self._tokens(features), strict=True)
        return {("latents", name): last.weights(latents, tokens, features[name].mask) for name, tokens in result}

    def _read(self, features: Mapping[str, Features], readings: Sequence[Reading]) -> Tensor:
        """The latents (B, L, D) after some readings."""
        tokens = torch.cat(self._tokens(features), dim=1)
        mask = torch.cat([features[name].mask for name in self.modalities], dim=1)
        latents = self.latents.expand(len(mask), -1, -1)
        for reading in readings:
            latents = reading(latents, tokens, mask)
        return latents

    def _tokens(self, features: Mapping[str, Features]) -> list[Tensor]:
        """(B, N, D) of each modality, marked."""
        given = (features[name] for name in self.modalities)
        parts = zip(self.project, self.marks, given, strict=True)
        return [project(emptied(each.tokens, each.mask)) + mark for project, mark, each in parts]
