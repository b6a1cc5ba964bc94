"""One modality reads another. B batch, N reading tokens, M tokens that are read, D features, H heads."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class CrossAttention(nn.Module):
    """`LN(x + MHA(Q = x, K = V = other))`: every token of `x` collects what it finds in `other`.

    Where `other` is fully masked there is nothing to collect, and the result is `LN(x)`.

    Args:
        dim: D of both sequences, a multiple of `heads`.
        heads: H.
        dropout: share of attention weights dropped in training.
    """

    def __init__(self, dim: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.query = nn.Linear(dim, dim)
        self.key = nn.Linear(dim, dim, bias=False)  # a bias would add the same to every key: softmax cancels it
        self.value = nn.Linear(dim, dim)
        self.output = nn.Linear(dim, dim)
        self.norm = nn.LayerNorm(dim)
        for linear in (self.query, self.key, self.value, self.output):
            nn.init.xavier_uniform_(linear.weight)

    def forward(self, x: Tensor, other: Tensor, mask: Tensor) -> Tensor:
        """Read `other` (B, M, D), whose real tokens `mask` (B, M) names, into `x` (B, N, D)."""
        result = F.scaled_dot_product_attention(
            self._split(self.query(x)),
            self._split(self.key(other)),
            self._split(self.value(other)),
            attn_mask=_open(mask),
            dropout_p=self.dropout if self.training else 0.0,
        )  # (B, H, N, D / H)
        result = self.output(result.transpose(1, 2).flatten(2))  # (B, N, D)
        return self.norm(x + result * mask.any(1)[:, None, None])

    def weights(self, x: Tensor, other: Tensor, mask: Tensor) -> Tensor:
        """(B, H, N, M) attention weights without dropout; zeros where `other` is fully masked."""
        query, key = self._split(self.query(x)), self._split(self.key(other))
        scores = (query @ key.transpose(-1, -2)).float() / query.shape[-1] ** 0.5
        weights = torch.softmax(scores.masked_fill(~_open(mask), -torch.inf), dim=-1)
        return weights * mask.any(1)[:, None, None, None]

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)  # (B, N, D) -> (B, H, N, D / H)


def _open(mask: Tensor) -> Tensor:
    """Open every key of a fully masked row, because softmax over nothing is NaN; the caller drops that result."""
    return (mask | ~mask.any(1, keepdim=True))[:, None, None]  # (B, 1, 1, M)
