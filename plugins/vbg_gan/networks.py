"""The two networks of the image half: from a seed to a picture, and from a picture to a judgement."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from vbg_gan.sampler import one_hot

SLOPE = 0.2  # of the discriminator's LeakyReLU below zero


class Judgement(NamedTuple):
    """What the discriminator says of a batch.

    Args:
        real: (B,) logits, high = real.
        classes: (B, C) logits.
        attributes: per attribute (B, values) logits.
    """

    real: Tensor
    classes: Tensor
    attributes: tuple[Tensor, ...]


class Generator(nn.Module):
    """z, class and attributes -> fully connected layers -> a seed grid -> four transposed convolutions -> tanh.

    Eq. 15 of the VBG paper. Every transposed convolution (kernel 4, stride 2, padding 1) doubles the side, so pictures
    have 16 x `seed_grid` pixels: 224 from 14.

    Args:
        classes: number of classes.
        attributes: number of values of each attribute.
        width: channels of the seed grid; halved by each of the first three convolutions.
    """

    def __init__(
        self, *, classes: int, attributes: Sequence[int], latent: int, embedding: int, seed_grid: int, width: int
    ) -> None:
        super().__init__()
        self.latent, self.sizes = latent, tuple(attributes)
        self.embed = nn.Embedding(classes, embedding)
        self.connected = nn.Sequential(
            *_connected(latent + embedding + sum(self.sizes), width),
            *_connected(width, width),
            nn.Linear(width, width * seed_grid**2, bias=False),
            nn.Unflatten(1, (width, seed_grid, seed_grid)),
            nn.BatchNorm2d(width),
            nn.ReLU(),
        )
        channels = [width, width // 2, width // 4, width // 8]
        blocks: list[nn.Module] = []
        for before, after in pairwise(channels):
            blocks += [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        self.convolutions = nn.Sequential(*blocks, nn.ConvTranspose2d(channels[-1], 3, 4, 2, 1), nn.Tanh())
        self.apply(initialise)

    def forward(self, z: Tensor, classes: Tensor, values: Tensor) -> Tensor:
        """(B, latent), (B,) class indices, (B, number of attributes) value indices -> (B, 3, S, S) in -1..1."""
        condition = torch.cat([z, self.embed(classes), one_hot(values, self.sizes)], dim=1)
        return self.convolutions(fast(self.connected(condition)))


class Discriminator(nn.Module):
    """Four convolutions, a fully connected layer, then one head for real or fake and one for class and attributes.

    Eq. 18 of the VBG paper for pictures; the second head is that of Odena et al. 2017 (AC-GAN), the paper's
    "artefact attribute consistency". A cell of the last map sees 46 pixels across, so the connected layer reads all
    cells, each with weights of its own (as Radford et al. 2016): an outline is seen whole, and where its parts are.

    Args:
        classes: number of classes.
        attributes: number of values of each attribute.
        seed_grid: side of the last map; pictures have 16 x `seed_grid` pixels, as the generator's.
        width: channels of the last convolution, the first has an eighth; outputs of the connected layer.
        spectral: whether every layer is divided by its largest singular value (Miyato et al. 2018).
    """

    def __init__(self, *, classes: int, attributes: Sequence[int], seed_grid: int, width: int, spectral: bool) -> None:
        super().__init__()
        self.sizes, self.seed_grid = [classes, *attributes], seed_grid
        self.trunk = nn.Sequential(*four_convolutions(width), nn.Flatten())
        self.connected = nn.Sequential(nn.Linear(width * seed_grid**2, width), nn.LeakyReLU(SLOPE))
        self.heads = nn.Linear(width, 1 + sum(self.sizes))
        self.apply(initialise)
        if spectral:
            for module in [m for m in self.modules() if isinstance(m, nn.Conv2d | nn.Linear)]:
                spectral_norm(module)

    def forward(self, *batches: Tensor) -> tuple[Judgement, ...]:
        """Judge (B, 3, S, S) pictures in -1..1, each batch with batch statistics of its own."""
        return tuple(self._judge(batch) for batch in batches)

    def features(self, pictures: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, width): what all heads read.

        The last map is divided by its side, or the layer's output and Adam's first steps would grow with it.
        """
        return self.connected(self.trunk(fast(pictures)) / self.seed_grid)

    def _judge(self, pictures: Tensor) -> Judgement:
        real, classes, *attributes = self.heads(self.features(pictures)).split([1, *self.sizes], dim=1)
        return Judgement(real.squeeze(1), classes, tuple(attributes))


def four_convolutions(width: int) -> list[nn.Module]:
    """Pictures (B, 3, S, S) -> (B, width, S / 16, S / 16), batch norm on all but the first (eq. 18)."""
    blocks: list[nn.Module] = []
    for number, (before, after) in enumerate(pairwise([3, width // 8, width // 4, width // 2, width])):
        blocks.append(nn.Conv2d(before, after, 4, 2, 1, bias=number == 0))
        blocks += [nn.BatchNorm2d(after)] * (number > 0) + [nn.LeakyReLU(SLOPE)]
    return blocks


def fast(maps: Tensor) -> Tensor:
    """The order in memory that convolutions are fastest in."""
    return maps.contiguous(memory_format=torch.channels_last)


def _connected(before: int, after: int) -> list[nn.Module]:
    return [nn.Linear(before, after, bias=False), nn.BatchNorm1d(after), nn.ReLU()]


def initialise(module: nn.Module) -> None:
    """Normal, 0.02, as in Radford et al. 2016 (DCGAN); the embedding keeps its own."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
