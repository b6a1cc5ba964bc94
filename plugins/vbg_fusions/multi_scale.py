"""The fusion `multi_scale`. B batch, N tokens, K cells, D features."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from vbg_framework import Features, Fusion
from vbg_fusions import MultiScaleConfig
from vbg_fusions.features import emptied


class MultiScale(Fusion):
    """Means of the tokens over ever smaller parts of the picture or the text, side by side, projected to one size.

    At scale s a grid is divided into s x s cells and a sequence into s segments, as `adaptive_avg_pool` divides them:
    cell i of n tokens holds those from floor(i n / s) to ceil((i + 1) n / s) - 1, so none is empty. A "grid" whose
    number of real tokens is no square is divided into s * s segments in its order. A missing modality is zeros.

    Source: spatial pyramid pooling (He et al. 2014, https://arxiv.org/abs/1406.4729). The scales are those of the
    tokens, because the stages within an encoder are not part of its features.

    Args:
        config: the options.
        dims: modality -> D of its encoder, any number.
    """

    def __init__(self, config: MultiScaleConfig, *, dims: Mapping[str, int]) -> None:
        super().__init__(config, dims=dims)
        self.modalities = sorted(dims)
        self.dim = config.dim
        self.dropout = nn.Dropout(config.dropout)
        cells = {name: sum(s * s if name in config.grids else s for s in config.scales) for name in dims}
        self.project = nn.Linear(sum(cells[name] * dims[name] for name in dims), self.dim)

    def forward(self, features: Mapping[str, Features]) -> Tensor:
        """modality -> Features, to (B, dim)."""
        pooled = [self._pyramid(name, features[name]).flatten(1) for name in self.modalities]
        joined: Tensor = self.project(self.dropout(torch.cat(pooled, dim=1)))
        return joined

    def _pyramid(self, name: str, given: Features) -> Tensor:
        """Means over all cells of all scales, (B, K, D)."""
        divide = grid if name in self.config.grids else segments
        weights = torch.cat([divide(given.mask, scale) for scale in self.config.scales], dim=1)  # (B, K, N)
        tokens = emptied(given.tokens, given.mask)
        return weights.to(tokens.dtype) @ tokens


def segments(mask: Tensor, count: int) -> Tensor:
    """Weights (B, count, N) that take the mean over each of `count` segments of the real tokens of `mask` (B, N)."""
    place, total = mask.cumsum(1) - 1, mask.sum(1, keepdim=True)
    return _even(_inside(place, total, count) & mask[:, None])


def grid(mask: Tensor, side: int) -> Tensor:
    """Weights (B, side * side, N) that take the mean over each cell of a square grid of real tokens, row by row."""
    place, total = mask.cumsum(1) - 1, mask.sum(1, keepdim=True)
    edge = total.double().sqrt().round().long()
    row = _inside(place.div(edge.clamp(min=1), rounding_mode="floor"), edge, side)
    column = _inside(place.remainder(edge.clamp(min=1)), edge, side)  # (B, side, N)
    cells = (row[:, :, None] & column[:, None]).flatten(1, 2) & mask[:, None]
    square = (edge * edge == total)[..., None]
    return torch.where(square, _even(cells), segments(mask, side * side))


def _inside(place: Tensor, total: Tensor, count: int) -> Tensor:
    """Whether the token at each place (B, N) of `total` (B, 1) lies in each of `count` parts, (B, count, N)."""
    part = torch.arange(count, device=place.device)
    start, end = part * total // count, -(-(part + 1) * total // count)  # (B, count)
    return (place[:, None] >= start[..., None]) & (place[:, None] < end[..., None])


def _even(chosen: Tensor) -> Tensor:
    """(B, K, N) bool, to weights that sum to 1 over each cell's tokens."""
    return chosen / chosen.sum(-1, keepdim=True).clamp(min=1)
