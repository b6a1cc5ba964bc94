"""The style-constraint loss: the textures of generated pictures should be those of their class."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vbg_framework.toolkit import derive
from vbg_gan.detail import detailed
from vbg_gan.features import FeatureNetwork
from vbg_gan.textures import TextureLibrary

REDRAW = 100  # steps for which a class keeps its references
MEMORY = 0.9  # of the running estimate of the ratio of gradients
TINY = 1e-12
CROPS = 4  # of a generated picture
SAMPLE = 64  # crops of the library whose spread is the unit of a stage


def gram(features: Tensor) -> Tensor:
    """(B, C, H, W) -> (B, C, C): which features occur together, wherever, over C H W (Gatys et al. 2016)."""
    _, c, h, w = features.shape
    flat = features.float().flatten(2)  # (B, C, H W)
    return flat @ flat.transpose(1, 2) / (c * h * w)


def weighted(gradient: Tensor, others: Tensor, share: float, ratio: Tensor) -> Tensor:
    """The style loss's gradient at the pictures, scaled to about `share` of the size of the others' gradient there.

    Args:
        gradient: of the style loss.
        others: gradient of everything else.
        ratio: running estimate of the others' size over this one's, updated in place; 0 = none yet. Since it averages
            over steps (geometrically, or single large ratios would raise the share), single steps may lie above or
            below the share.
    """
    now = others.norm() / gradient.norm().clamp(min=TINY)
    ratio.copy_(torch.where(ratio == 0, now, ratio**MEMORY * now ** (1 - MEMORY)))
    return share * ratio * gradient


class StyleLoss(nn.Module):
    """Squared Frobenius distance of Gram matrices, summed over the stages of a frozen network.

    The goal of a class is the mean Gram matrix of some crops of the texture library. Which crops changes every
    hundred steps. A generated picture is cut as the library is, and its crops' mean Gram matrix is compared: a whole
    object beside enlarged parts of others would differ in scale. The distance of every stage is divided by the mean
    squared distance of the library's crops to their own mean, or stages with large maps would hide the others. A
    picture of a class without crops contributes nothing.

    Args:
        network: the frozen feature network.
        library: the texture library.
        references: crops per class.
        pictures: how many pictures of a batch it is measured on, the first ones.
        seed: seed of the choice of crops.
    """

    def __init__(
        self, network: FeatureNetwork, library: TextureLibrary, *, references: int, pictures: int, seed: int
    ) -> None:
        super().__init__()
        self.network, self.library, self.references, self.seed = network, library, references, seed
        self.pictures = pictures
        self._goals: dict[int, list[Tensor]] = {}
        self._units: list[Tensor] = []
        self._period = -1

    def forward(self, pictures: Tensor, classes: Tensor, step: int) -> Tensor:
        """(B, 3, S, S) in -1..1 and (B,) class indices, to the mean over the first of them."""
        self._turn(step)
        known = [
            index for index, code in enumerate(classes[: self.pictures].tolist()) if len(self.library.members(code))
        ]
        if not known:
            return pictures.sum() * 0
        goals, units = [self._goal(int(classes[place])) for place in known], self._spreads()
        loss = pictures.new_zeros(())
        for stage, features in enumerate(self.network(detailed(pictures[known], CROPS))):
            made = gram(features).unflatten(0, (-1, CROPS)).mean(dim=1)  # (B, C, C)
            goal = torch.stack([each[stage] for each in goals])
            loss = loss + (made - goal).square().sum(dim=(1, 2)).mean() / units[stage]
        return loss * (len(known) / min(self.pictures, len(pictures)))

    def _turn(self, step: int) -> None:
        if step // REDRAW != self._period:
            self._period, self._goals = step // REDRAW, {}

    @torch.no_grad()
    def _spreads(self) -> list[Tensor]:
        """Per stage the mean squared distance of some crops of all classes to their mean Gram matrix."""
        if not self._units:
            crops = self.library.draw(None, SAMPLE, derive(self.seed, "style"))
            grams = [gram(features) for features in self.network(crops.to(self.network.mean.device))]
            self._units = [(each - each.mean(dim=0)).square().sum(dim=(1, 2)).mean().clamp(min=TINY) for each in grams]
        return self._units

    @torch.no_grad()
    def _goal(self, code: int) -> list[Tensor]:
        """Per stage the mean Gram matrix (C, C) of the references of a class."""
        if code not in self._goals:
            crops = self.library.draw(code, self.references, derive(self.seed, "style", self._period, code))
            maps = self.network(crops.to(self.network.mean.device))
            self._goals[code] = [gram(features).mean(dim=0) for features in maps]
        return self._goals[code]
