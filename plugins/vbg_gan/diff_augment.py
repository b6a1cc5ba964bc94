"""Differentiable changes of what the discriminator sees (Zhao et al. 2020), so that few pictures last longer.

Real and generated pictures pass through the same kinds of change, and gradients flow back through them. Pictures are
never mirrored: inscriptions would be learnt the wrong way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

Change = Literal["color", "translation", "cutout"]
SHIFT = 1 / 8  # of the side, each way
CUTOUT = 1 / 2  # of the side


def diff_augment(pictures: Tensor, changes: Sequence[Change], generator: Generator) -> Tensor:
    """Change every picture in its own way.

    Args:
        pictures: (B, 3, S, S) in -1..1.
        changes: `color`: brightness, saturation, contrast. `translation`: a shift by up to an eighth of the side;
            the edge is continued, as a backdrop goes on. `cutout`: a square of half the side turns grey.
        generator: a CPU generator; draws are made there whatever the device, so results follow from the seed.
    """
    for change in changes:
        pictures = CHANGES[change](pictures, generator)
    return pictures


def _color(pictures: Tensor, generator: Generator) -> Tensor:
    brightness, saturation, contrast = (_uniform(pictures, generator) for _ in range(3))
    pictures = pictures + (brightness - 0.5)
    grey = pictures.mean(dim=1, keepdim=True)
    pictures = (pictures - grey) * (2 * saturation) + grey
    mean = pictures.mean(dim=(1, 2, 3), keepdim=True)
    return (pictures - mean) * (contrast + 0.5) + mean


def _translation(pictures: Tensor, generator: Generator) -> Tensor:
    side = pictures.shape[-1]
    reach = round(side * SHIFT)
    rows, columns = (_integers(pictures, generator, 2 * reach + 1) for _ in range(2))  # (B,) each
    padded = F.pad(pictures, [reach] * 4, mode="replicate").permute(0, 2, 3, 1)  # (B, S + 2 reach, S + 2 reach, 3)
    places = torch.arange(side, device=pictures.device)
    images = torch.arange(len(pictures), device=pictures.device)[:, None, None]
    return padded[images, (rows[:, None] + places)[:, :, None], (columns[:, None] + places)[:, None]].permute(
        0, 3, 1, 2
    )


def _cutout(pictures: Tensor, generator: Generator) -> Tensor:
    side = pictures.shape[-1]
    hole = round(side * CUTOUT)
    rows, columns = (_integers(pictures, generator, side + 1)[:, None] - hole // 2 for _ in range(2))  # (B, 1) each
    places = torch.arange(side, device=pictures.device)
    in_rows, in_columns = ((places >= first) & (places < first + hole) for first in (rows, columns))  # (B, S) each
    return pictures * ~(in_rows[:, None, :, None] & in_columns[:, None, None, :])


def _uniform(pictures: Tensor, generator: Generator) -> Tensor:
    return torch.rand(len(pictures), 1, 1, 1, generator=generator).to(pictures)


def _integers(pictures: Tensor, generator: Generator, stop: int) -> Tensor:
    return torch.randint(stop, (len(pictures),), generator=generator).to(pictures.device)


CHANGES = {"color": _color, "translation": _translation, "cutout": _cutout}
