"""Features of several modalities, some of which may be missing. B batch, M modalities, N tokens, D features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from vbg_framework import Features


class Projection(nn.Module):
    """Brings the pooled vectors of all modalities to one size, each with a linear layer of its own.

    Args:
        dims: modality -> D of its encoder.
        dim: the one size.
        dropout: share of each pooled vector dropped in training.

    Attributes:
        modalities: their order in the result, alphabetical, so that a saved model does not depend on the order in
            which a config names them.
    """

    def __init__(self, dims: Mapping[str, int], dim: int, dropout: float) -> None:
        super().__init__()
        self.modalities = sorted(dims)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(nn.Linear(dims[name], dim) for name in self.modalities)

    def forward(self, features: Mapping[str, Features]) -> Tensor:
        """modality -> Features, to (B, M, dim)."""
        vectors = pooled(features, self.modalities)
        return torch.stack([layer(self.dropout(x)) for layer, x in zip(self.layers, vectors, strict=True)], dim=1)


def pooled(features: Mapping[str, Features], modalities: Sequence[str]) -> list[Tensor]:
    """Pooled vectors (B, D) in the order of `modalities`; zeros where one is missing."""
    there = present(features, modalities)  # (B, M)
    return [features[name].pooled.masked_fill(~there[:, m, None], 0) for m, name in enumerate(modalities)]


def present(features: Mapping[str, Features], modalities: Sequence[str]) -> Tensor:
    """Who has what, (B, M) bool in the order of `modalities`."""
    return torch.stack([features[name].mask.any(1) for name in modalities], dim=1)


def shares(scores: Tensor, there: Tensor) -> Tensor:
    """Softmax over the modalities that are there; zeros where none is.

    Args:
        scores: broadcasts to (B, M, D).
        there: (B, M) bool.

    Returns:
        (B, M, D) float32.
    """
    there = there[..., None]
    opened = there | ~there.any(1, keepdim=True)  # softmax over nothing is NaN
    return torch.softmax(scores.float().masked_fill(~opened, -torch.inf), dim=1) * there


def emptied(tokens: Tensor, mask: Tensor) -> Tensor:
    """The tokens (B, N, D) with zeros in masked ones, so that nothing in them can leak."""
    return tokens.masked_fill(~mask[..., None], 0)
