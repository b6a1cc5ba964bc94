"""The most detailed parts of pictures that are being made, cut as the texture library is cut."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from vbg_gan.textures import STEPS


def detailed(pictures: Tensor, count: int) -> Tensor:
    """Cut the parts of half the side that differ most between neighbouring pixels, at the places a library is cut at.

    Where to cut has no gradient; what is cut has.

    Args:
        pictures: (B, 3, S, S).
        count: crops of each; at most the places there are, 25 if S is a multiple of 16.

    Returns:
        (B * count, 3, S / 2, S / 2), those of a picture together, the most detailed first.
    """
    side = pictures.shape[-1] // 2
    step = max(1, side // STEPS)
    detail = _detail(pictures.detach().float(), side, step)  # (B, places down, places across)
    chosen = detail.flatten(1).topk(count).indices.tolist()
    corners = [divmod(place, detail.shape[2]) for row in chosen for place in row]
    crops = [
        pictures[number // count, :, y * step : y * step + side, x * step : x * step + side]
        for number, (y, x) in enumerate(corners)
    ]
    return torch.stack(crops)


def _detail(pictures: Tensor, side: int, step: int) -> Tensor:
    """The mean squared step between neighbouring pixels, across and down, at every place to cut at."""
    across, down = (pictures.diff(dim=dim).square().mean(dim=1, keepdim=True) for dim in (3, 2))
    pooled = F.avg_pool2d(across, (side, side - 1), step) + F.avg_pool2d(down, (side - 1, side), step)
    return pooled.squeeze(1)
