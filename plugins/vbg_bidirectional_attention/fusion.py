"""The fusion `bidirectional_attention`. B batch, N tokens, D features, H heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from vbg_bidirectional_attention import BidirectionalAttentionConfig
from vbg_bidirectional_attention.cross_attention import CrossAttention
from vbg_framework import Features, Fusion
from vbg_framework.toolkit import check_heads, two_modalities

Layer = Sequence[CrossAttention]
WHERE = "fusion 'bidirectional_attention'"


class BidirectionalAttention(Fusion):
    """Lets image tokens attend over text tokens and text tokens over image tokens, then adds up both readings.

    With image tokens V and text tokens T, in each layer:

        V' = LN(V + MHA(Q = V, K = V = T))        T' = LN(T + MHA(Q = T, K = V = V))
        fused = a mean(V') + (1 - a) mean(T')     a = sigmoid(w), 0.5 at start

    Means run over real tokens. A missing modality leaves the other one alone: it is not read, and the other's
    share is 1. If both are missing the result is zero. Any two modalities work; they are taken in alphabetical
    order (`image` before `text`), so a saved model does not depend on the order in which a config names them.

    Source: Lu et al., Scientific Reports 2025, which describes this fusion in words; sequence length, residual,
    norm, pooling and the learnt weight `a` are choices of this framework.

    Args:
        config: the options.
        dims: modality -> D of its encoder; exactly two.

    Raises:
        VBGError: not exactly two modalities, or `heads` does not divide `dim`.
    """

    def __init__(self, config: BidirectionalAttentionConfig, *, dims: Mapping[str, int]) -> None:
        super().__init__(config, dims=dims)
        self.modalities = two_modalities(dims, WHERE)
        self.dim = config.dim or dims[self.modalities[0]]
        check_heads(self.dim, config.heads, WHERE)
        self.project = nn.ModuleList(
            nn.Identity() if dims[name] == self.dim else nn.Linear(dims[name], self.dim) for name in self.modalities
        )
        layers = nn.ModuleList(
            nn.ModuleList(CrossAttention(self.dim, config.heads, config.dropout) for _ in self.modalities)
            for _ in range(config.layers)
        )
        self.layers = cast("Sequence[Layer]", layers)  # a ModuleList forgets what it holds
        self.balance = nn.Parameter(torch.zeros(()))  # w

    def forward(self, features: Mapping[str, Features]) -> Tensor:
        """modality -> Features, to (B, dim)."""
        masks = [features[name].mask for name in self.modalities]
        tokens = self._tokens(features)
        for layer in self.layers:
            tokens = _exchange(layer, tokens, masks)
        first, second = (_mean(stream, mask) for stream, mask in zip(tokens, masks, strict=True))  # (B, D)
        shares = self._shares(*(mask.any(1, keepdim=True) for mask in masks))
        return shares[0] * first + shares[1] * second

    def attention(self, features: Mapping[str, Features]) -> dict[tuple[str, str], Tensor]:
        """(from, to) -> (B, H, N_from, N_to) weights of the last layer; zeros towards a missing modality."""
        masks = [features[name].mask for name in self.modalities]
        tokens = self._tokens(features)
        for layer in self.layers[:-1]:
            tokens = _exchange(layer, tokens, masks)
        first, second = self.modalities
        return {
            (first, second): self.layers[-1][0].weights(tokens[0], tokens[1], masks[1]),
            (second, first): self.layers[-1][1].weights(tokens[1], tokens[0], masks[0]),
        }

    def _tokens(self, features: Mapping[str, Features]) -> list[Tensor]:
        """Bring both sequences to (B, N, dim), with masked tokens emptied so that nothing in them can leak."""
        given = (features[name] for name in self.modalities)
        emptied = (each.tokens.masked_fill(~each.mask[..., None], 0) for each in given)
        return [project(tokens) for project, tokens in zip(self.project, emptied, strict=True)]

    def _shares(self, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
        """Turn who is present, (B, 1) bool each, into the weights (B, 1) of the two streams."""
        a = torch.sigmoid(self.balance)
        both = first & second
        return torch.where(both, a, first.to(a.dtype)), torch.where(both, 1 - a, second.to(a.dtype))


def _exchange(layer: Layer, tokens: list[Tensor], masks: list[Tensor]) -> list[Tensor]:
    """Let both streams read each other as they were before the layer."""
    first, second = tokens
    return [layer[0](first, second, masks[1]), layer[1](second, first, masks[0])]


def _mean(tokens: Tensor, mask: Tensor) -> Tensor:
    """Mean of the real tokens, (B, N, D) -> (B, D); zero where there is none."""
    return (tokens * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
