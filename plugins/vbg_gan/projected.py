"""A discriminator that sees pictures through a frozen network, so that it learns from few of them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from vbg_gan import ProjectedConfig
from vbg_gan.features import FeatureNetwork, feature_network
from vbg_gan.networks import SLOPE, Judgement

STAGES = 4  # the last maps of the network
SMALLEST = 4  # side of the maps that are judged place by place
SHARP = 10.0  # what features of length 1 are multiplied with before the class is read


class ProjectedDiscriminator(nn.Module):
    """Judges mixed feature maps of a frozen network at four scales, place by place; class and attributes are read off.

    After Projected GAN (Sauer et al. 2021): maps are mixed across channels and, from the smallest to the largest,
    across scales by random convolutions that stay as they are; a small discriminator with spectral normalisation
    judges each. Differences: one linear layer on the mean of the last map reads class and attributes (Odena et al.
    2017), as the paper's discriminator does, instead of a projection of the class.

    Args:
        options: the frozen network, and the sizes.
        classes: number of classes.
        attributes: number of values of each attribute.
    """

    def __init__(self, options: ProjectedConfig, *, classes: int, attributes: Sequence[int]) -> None:
        super().__init__()
        self.options, self.sizes = options, [classes, *attributes]
        self.frozen = [feature_network(options, "projected")]  # in a list: its weights are no part of what is saved
        shapes = [each.shape for each in self._maps(torch.zeros(1, 3, options.size, options.size))]
        width = options.channels
        self.across_channels = nn.ModuleList(_RandomMix(shape[1], width, 1) for shape in shapes)
        self.across_scales = nn.ModuleList(_RandomMix(width, width, 3) for _ in shapes[1:])
        self.judges = nn.ModuleList(_judge(width, shape[-1]) for shape in shapes)
        self.read = nn.Linear(shapes[-1][1], sum(self.sizes))

    def forward(self, *batches: Tensor) -> tuple[Judgement, ...]:
        """Judge (B, 3, S, S) pictures in -1..1; `real` has a logit per scale and place, (B, P)."""
        return tuple(self._judge(batch) for batch in batches)

    def _judge(self, batch: Tensor) -> Judgement:
        maps = self._maps(batch)
        real = [judge(each).flatten(1) for judge, each in zip(self.judges, self._mixed(maps), strict=True)]
        pooled = SHARP * F.normalize(maps[-1].mean(dim=(2, 3)), dim=1)
        classes, *attributes = self.read(pooled).split(self.sizes, dim=1)
        return Judgement(torch.cat(real, dim=1), classes, tuple(attributes))

    def _maps(self, pictures: Tensor) -> list[Tensor]:
        network: FeatureNetwork = self.frozen[0].to(pictures.device)
        size = self.options.size
        if pictures.shape[-1] != size:
            pictures = F.interpolate(pictures, size=size, mode="bilinear", antialias=True)
        return network(pictures)[-STAGES:]

    def _mixed(self, maps: Sequence[Tensor]) -> list[Tensor]:
        """Of the same sides as the maps, each of which knows those that are smaller."""
        narrow = [mix(each) for mix, each in zip(self.across_channels, maps, strict=True)]
        mixed = [narrow[-1]]
        for mix, each in zip(self.across_scales, reversed(narrow[:-1]), strict=True):
            mixed.append(mix(each + F.interpolate(mixed[-1], size=each.shape[-2:], mode="bilinear")))
        return mixed[::-1]


class _RandomMix(nn.Module):
    """A convolution whose random weights stay as they are: buffers, which no optimiser sees."""

    weight: Tensor

    def __init__(self, before: int, after: int, kernel: int) -> None:
        super().__init__()
        self.register_buffer("weight", nn.init.kaiming_normal_(torch.empty(after, before, kernel, kernel)))

    def forward(self, maps: Tensor) -> Tensor:
        return F.conv2d(maps, self.weight, padding=self.weight.shape[-1] // 2)


def _judge(width: int, side: int) -> nn.Sequential:
    """(B, width, side, side) -> (B, 1, h, w) logits."""
    halvings = 0
    while side // 2**halvings > SMALLEST:
        halvings += 1
    convolutions = [nn.Conv2d(width, width, 4, 2, 1) for _ in range(halvings)] + [nn.Conv2d(width, width, 3, 1, 1)]
    layers: list[nn.Module] = []
    for convolution in convolutions:
        layers += [spectral_norm(convolution), nn.LeakyReLU(SLOPE)]
    return nn.Sequential(*layers, spectral_norm(nn.Conv2d(width, 1, 1)))
