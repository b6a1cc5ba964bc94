"""A generator that learns from few pictures: its first maps gate its last ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vbg_gan.networks import fast
from vbg_gan.sampler import one_hot

NARROWEST = 8  # channels at least
GATED = 2  # the last so many maps, each by the one four times smaller
CELLS = 4  # side of what a gate looks at


class SkipLayerGenerator(nn.Module):
    """z, class and attributes -> a seed grid -> four doublings with gated linear units -> tanh.

    After FastGAN (Liu et al. 2021): maps are doubled by nearest neighbours and a convolution, halved by a gated linear
    unit, and the channels of the last two maps are weighed by the first two (skip-layer excitation), so that gradients
    reach the seed grid on a short way. Differences: noise, class and attributes scale and shift every batch norm; no
    further noise is drawn, so that a picture follows from `z`.

    Args:
        classes: number of classes.
        attributes: number of values of each attribute.
        latent: random numbers per picture.
        embedding: size of the vector that stands for a class.
        seed_grid: side of the first map; pictures have 16 times as many pixels.
        width: channels of the first two maps; each of the others has half of those of the one before, at least eight.
    """

    def __init__(
        self, *, classes: int, attributes: Sequence[int], latent: int, embedding: int, seed_grid: int, width: int
    ) -> None:
        super().__init__()
        self.latent, self.sizes = latent, tuple(attributes)
        self.embed = nn.Embedding(classes, embedding)
        given = latent + embedding + sum(self.sizes)
        self.seed = nn.Sequential(
            nn.Linear(given, 2 * width * seed_grid**2, bias=False),
            nn.Unflatten(1, (2 * width, seed_grid, seed_grid)),
            nn.BatchNorm2d(2 * width),
            nn.GLU(dim=1),
        )
        channels = [width, *(max(NARROWEST, width // 2**halving) for halving in range(4))]
        self.doublings = nn.ModuleList(_Doubling(*sizes, given) for sizes in pairwise(channels))
        self.gates = nn.ModuleList(_gate(channels[place], channels[place - GATED]) for place in range(GATED))
        self.paint = nn.Conv2d(channels[-1], 3, 3, 1, 1)

    def forward(self, z: Tensor, classes: Tensor, values: Tensor) -> Tensor:
        """(B, latent), (B,) class indices, (B, number of attributes) value indices -> (B, 3, S, S) in -1..1."""
        given = torch.cat([z, self.embed(classes), one_hot(values, self.sizes)], dim=1)
        maps = [fast(self.seed(given))]
        for place, doubling in enumerate(self.doublings):
            made = doubling(maps[-1], given)
            gated = place - (len(self.doublings) - GATED)
            maps.append(made * self.gates[gated](maps[gated]) if gated >= 0 else made)
        return torch.tanh(self.paint(maps[-1]))


class _Doubling(nn.Module):
    """(B, C, H, W) -> (B, D, 2 H, 2 W)."""

    def __init__(self, before: int, after: int, given: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(before, 2 * after, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(2 * after, affine=False)
        self.condition = nn.Linear(given, 4 * after)
        nn.init.zeros_(self.condition.weight)
        nn.init.zeros_(self.condition.bias)

    def forward(self, maps: Tensor, given: Tensor) -> Tensor:
        scale, shift = self.condition(given)[:, :, None, None].chunk(2, dim=1)
        larger = self.norm(self.convolution(F.interpolate(maps, scale_factor=2, mode="nearest")))
        return F.glu(larger * (1 + scale) + shift, dim=1)


def _gate(before: int, after: int) -> nn.Sequential:
    """(B, C, H, W) -> (B, D, 1, 1) in 0..1."""
    return nn.Sequential(
        nn.AdaptiveAvgPool2d(CELLS), nn.Conv2d(before, after, CELLS), nn.SiLU(), nn.Conv2d(after, after, 1),
        nn.Sigmoid(),
    )  # fmt: skip
