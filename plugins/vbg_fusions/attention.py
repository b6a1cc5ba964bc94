"""Attention of several heads. B batch, N tokens that ask, M tokens that are read, D features, H heads."""

from __future__ import annotations

import torch
from torch import Tensor


def split(x: Tensor, heads: int) -> Tensor:
    """(B, N, D) -> (B, H, N, D / H)."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def attention_weights(query: Tensor, key: Tensor, mask: Tensor) -> Tensor:
    """(B, H, N, M) float32 weights that sum to 1 over real tokens; zeros where there is none.

    Args:
        query: (B, H, N, D / H).
        key: (B, H, M, D / H).
        mask: (B, M) bool, True = real.
    """
    scores = (query @ key.transpose(-1, -2)).float() / query.shape[-1] ** 0.5
    there = mask.any(1)[:, None, None, None]
    opened = mask[:, None, None] | ~there  # softmax over nothing is NaN
    return torch.softmax(scores.masked_fill(~opened, -torch.inf), dim=-1) * there
