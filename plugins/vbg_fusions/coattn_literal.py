"""The fusion `coattn_literal`. B batch, N image regions, M text words, D features, H heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vbg_framework import Features, Fusion
from vbg_framework.toolkit import check_heads, two_modalities
from vbg_fusions import CoattnLiteralConfig
from vbg_fusions.attention import attention_weights, split
from vbg_fusions.features import emptied

WHERE = "fusion 'coattn_literal'"


class CoattnLiteral(Fusion):
    """Adds up the attention weights of both directions, and reads image and text with the sum.

    With image tokens V and text tokens T, in each head:

        A = softmax over words of (Q_v K_t' / sqrt(D / H))        B = softmax over regions of (Q_t K_v' / sqrt(D / H))
        S = a A / N + (1 - a) B' / M        a = sigmoid(w), 0.5 at start
        fused = sum over regions n and words m of S_nm (Value_v(V_n) + Value_t(T_m))

    S is one weight per pair of a region and a word, and adds up to 1. N and M count real tokens. With a missing
    modality there are no pairs, and the other one is read evenly. Any two modalities work; they are taken in
    alphabetical order (`image` before `text`).

    Source: Lu et al., Scientific Reports 2025, in words alone: image features attend over text key words, text features
    over image regions, and "the two are combined by a weighted sum". This reads "the two" as the attention weights;
    `bidirectional_attention` reads it as the attended features. The division by N and M, which lets both directions
    weigh the same, is a choice of this framework.

    Args:
        config: the options.
        dims: modality -> D of its encoder; exactly two.

    Raises:
        VBGError: not exactly two modalities, or `heads` does not divide `dim`.
    """

    def __init__(self, config: CoattnLiteralConfig, *, dims: Mapping[str, int]) -> None:
        super().__init__(config, dims=dims)
        self.modalities = two_modalities(dims, WHERE)
        self.dim = config.dim or dims[self.modalities[0]]
        check_heads(self.dim, config.heads, WHERE)
        sizes = [dims[name] for name in self.modalities]
        self.query = nn.ModuleList(nn.Linear(size, self.dim) for size in sizes)
        self.key = nn.ModuleList(nn.Linear(size, self.dim, bias=False) for size in sizes)  # softmax cancels a bias
        self.value = nn.ModuleList(nn.Linear(size, self.dim) for size in sizes)
        self.balance = nn.Parameter(torch.zeros(()))  # w

    def forward(self, features: Mapping[str, Features]) -> Tensor:
        """modality -> Features, to (B, dim)."""
        streams = self._streams(features)
        first, second = (mask for _, mask in streams)
        a = torch.sigmoid(self.balance)
        over_second, over_first = (self._dropped(weights) for weights in self._maps(streams))
        both = (first.any(1) & second.any(1))[:, None, None]
        # The sums of S over its columns and over its rows are all that is needed of it.
        regions = torch.where(both, a * _even(first) + (1 - a) * _mean(over_first, second), _even(first))  # (B, H, N)
        words = torch.where(both, a * _mean(over_second, first) + (1 - a) * _even(second), _even(second))  # (B, H, M)
        return self._read(self.value[0], streams[0][0], regions) + self._read(self.value[1], streams[1][0], words)

    def attention(self, features: Mapping[str, Features]) -> dict[tuple[str, str], Tensor]:
        """(from, to) -> (B, H, N_from, N_to): A and B, before they are added up; zeros towards a missing modality."""
        first, second = self.modalities
        over_second, over_first = self._maps(self._streams(features))
        return {(first, second): over_second, (second, first): over_first}

    def _streams(self, features: Mapping[str, Features]) -> list[tuple[Tensor, Tensor]]:
        given = (features[name] for name in self.modalities)
        return [(emptied(each.tokens, each.mask), each.mask) for each in given]

    def _maps(self, streams: Sequence[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
        """A (B, H, N, M) and B (B, H, M, N)."""
        queries = [split(layer(x), self.config.heads) for layer, (x, _) in zip(self.query, streams, strict=True)]
        keys = [split(layer(x), self.config.heads) for layer, (x, _) in zip(self.key, streams, strict=True)]
        (_, first), (_, second) = streams
        return attention_weights(queries[0], keys[1], second), attention_weights(queries[1], keys[0], first)

    def _dropped(self, weights: Tensor) -> Tensor:
        return F.dropout(weights, self.config.dropout, self.training)

    def _read(self, value: nn.Module, tokens: Tensor, weights: Tensor) -> Tensor:
        values = split(value(tokens), self.config.heads)  # (B, H, N, D / H)
        return (weights[..., None] * values).sum(2).flatten(1)  # (B, D)


def _even(mask: Tensor) -> Tensor:
    """Equal weights for all real tokens, (B, 1, N); zeros where there is none."""
    return (mask / mask.sum(1, keepdim=True).clamp(min=1))[:, None]


def _mean(weights: Tensor, asking: Tensor) -> Tensor:
    """Mean over the real tokens that ask, (B, H, N, M) -> (B, H, M)."""
    return (weights * _even(asking)[..., None]).sum(2)
