"""The networks of the image half together: what a checkpoint holds."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from vbg_framework.toolkit import isolated, seed_everything
from vbg_gan import GanConfig
from vbg_gan.local_fusion import LocalFusionGenerator
from vbg_gan.memory import Memory
from vbg_gan.networks import Discriminator, Generator
from vbg_gan.projected import ProjectedDiscriminator
from vbg_gan.sampler import Codes
from vbg_gan.skip_layers import SkipLayerGenerator

Painter = Generator | LocalFusionGenerator | SkipLayerGenerator
Critic = Discriminator | ProjectedDiscriminator

WARM_UP = 10  # the moving average follows faster in its first steps: its decay is at most (1 + t) / (10 + t)


class Players(nn.Module):
    """Generator, discriminator, the generator's moving average, and a running estimate for the style loss.

    Args:
        config: the options.
        classes: number of classes.
        codes: knows how many values each attribute has.
        seed: seed of the weights.
        memory: the pictures that local fusion makes others of; None without it.
    """

    style_ratio: Tensor

    def __init__(self, config: GanConfig, classes: int, codes: Codes, seed: int, memory: Memory | None = None) -> None:
        super().__init__()
        with isolated():
            seed_everything(seed)
            self.generator = _generator(config, classes, codes, memory)
            self.discriminator = _discriminator(config, classes, codes)
        self.average = copy.deepcopy(self.generator).requires_grad_(False) if config.average is not None else None
        self.decay = config.average or 0.0
        self.register_buffer("style_ratio", torch.zeros(()))

    def go_on(self, generator: Painter, discriminator: Critic) -> None:
        """Begin with networks that were trained before; the moving average begins with the generator."""
        self.generator.load_state_dict(generator.state_dict())
        self.discriminator.load_state_dict(discriminator.state_dict())
        if self.average is not None:
            self.average.load_state_dict(generator.state_dict())

    @property
    def chosen(self) -> Painter:
        """The generator to generate with."""
        return self.generator if self.average is None else self.average

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """Let the moving average follow the generator, the statistics of its batch norms included."""
        if self.average is None:
            return
        rate = 1 - min(self.decay, (1 + step) / (WARM_UP + step))
        pairs = zip(self.average.state_dict().values(), self.generator.state_dict().values(), strict=True)
        for mean, new in pairs:
            mean.lerp_(new, rate) if mean.is_floating_point() else mean.copy_(new)


def _generator(config: GanConfig, classes: int, codes: Codes, memory: Memory | None) -> Painter:
    sizes: Any = {
        "attributes": codes.sizes,
        "latent": config.latent,
        "embedding": config.embedding,
        "width": config.width,
    }
    if memory is not None and config.local_fusion is not None:
        return LocalFusionGenerator(memory, config.local_fusion, classes=classes, **sizes)
    kind = SkipLayerGenerator if config.generator == "skip_layer" else Generator
    return kind(classes=classes, seed_grid=config.seed_grid, **sizes)


def _discriminator(config: GanConfig, classes: int, codes: Codes) -> Critic:
    if config.projected is not None:
        return ProjectedDiscriminator(config.projected, classes=classes, attributes=codes.sizes)
    return Discriminator(
        classes=classes, attributes=codes.sizes, seed_grid=config.seed_grid, width=config.width,
        spectral=config.spectral_norm,
    )  # fmt: skip
