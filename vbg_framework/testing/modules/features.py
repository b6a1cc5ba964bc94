"""Made-up features, as encoders hand them to a fusion. B batch, N tokens, D features."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from vbg_framework.contracts.interfaces import Features

BATCH = 5
COUNTS = {"image": 9, "text": 7, "metadata": 3}  # tokens

Batch = dict[str, Features]
Dims = Mapping[str, int]


def features(dims: Dims, counts: Mapping[str, int] = COUNTS, seed: int = 0) -> Batch:
    """Random features; rows hold 1 to all of `counts` real tokens."""
    generator = torch.Generator().manual_seed(seed)
    return {name: _random(counts[name], dim, index, generator) for index, (name, dim) in enumerate(dims.items())}


def _random(count: int, dim: int, index: int, generator: torch.Generator) -> Features:
    tokens = torch.randn(BATCH, count, dim, generator=generator)
    lengths = count - (torch.arange(BATCH) * (index + 1)) % count  # at least 1
    mask = torch.arange(count) < lengths[:, None]  # (B, N)
    tokens = tokens * mask[..., None]
    return Features(tokens, mask, tokens.sum(1) / lengths[:, None])


def without(batch: Batch, lost: str, rows: slice = slice(None)) -> Batch:
    """The batch with a modality missing in some rows, as the core hands it over: zero and masked."""
    gone = {**batch}
    gone[lost] = each(batch[lost], lambda tensor: tensor.index_fill(0, torch.arange(BATCH)[rows], 0))
    return gone


def chosen(batch: Batch, rows: Tensor) -> Batch:
    """These rows of the batch, in this order."""
    return {name: each(result, lambda tensor: tensor[rows]) for name, result in batch.items()}


def each(result: Features, change: Callable[[Tensor], Tensor]) -> Features:
    """The same change to tokens, mask and pooled."""
    return Features(change(result.tokens), change(result.mask), change(result.pooled))
