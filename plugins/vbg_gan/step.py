"""One training step of the image half."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from accelerate import Accelerator
from torch import Tensor

from vbg_gan import GanConfig
from vbg_gan.diff_augment import diff_augment
from vbg_gan.losses import attribute_loss, discriminator_loss, diversity_loss, generator_loss
from vbg_gan.players import Players
from vbg_gan.sampler import Batch
from vbg_gan.style import StyleLoss, weighted
from vbg_gan.taught import Taught

BETAS = (0.5, 0.999)  # of Adam, as in Radford et al. 2016


class Losses(NamedTuple):
    """What a step logs.

    Args:
        d_real, d_fake: the discriminator's loss on real and on generated pictures.
        g: the generator's adversarial loss.
        attribute_real, attribute_fake: attribute consistency, as the discriminator learns it.
        attribute: attribute consistency of the generator's pictures.
        diversity: how far generated pictures fall short of differing as much as real ones do; 0 = off.
        style: the style-constraint loss, before weighting; 0 = off.
        style_share: size of its gradient at the generator's output, as a share of the discriminator's.
        teacher: class and attributes as a network of real pictures alone reads them; 0 = off.
        collage: mean absolute distance to what local fusion makes a picture of; 0 = off.
    """

    d_real: Tensor
    d_fake: Tensor
    g: Tensor
    attribute_real: Tensor
    attribute_fake: Tensor
    attribute: Tensor
    diversity: Tensor
    style: Tensor
    style_share: Tensor
    teacher: Tensor
    collage: Tensor


class Step:
    """Trains the discriminator, then the generator, on one batch.

    Args:
        config: the options.
        players: the networks.
        style: the style-constraint loss; None = off.
        accelerator: device, precision and processes; the networks are moved to its device.
        taught: what a round of the loop taught; None = nothing yet.

    Attributes:
        optimiser: one Adam for both networks; each step leaves the network without gradients alone.
    """

    def __init__(
        self, config: GanConfig, players: Players, style: StyleLoss | None, accelerator: Accelerator,
        taught: Taught | None = None,
    ) -> None:  # fmt: skip
        self.config, self.accelerator = config, accelerator
        self.taught = taught.to(accelerator.device) if taught is not None else None
        self.players = players.to(accelerator.device)
        self.style = style.to(accelerator.device) if style is not None else None
        adam = torch.optim.Adam(
            [
                {"params": list(players.generator.parameters()), "lr": config.generator_rate},
                {"params": list(players.discriminator.parameters()), "lr": config.discriminator_rate},
            ],
            betas=BETAS,
            fused=accelerator.device.type in ("cpu", "cuda"),
        )
        self.generator, self.discriminator, self.optimiser = accelerator.prepare(
            players.generator, players.discriminator, adam
        )

    def __call__(self, batch: Batch, step: int, generator: torch.Generator) -> Losses:
        """Make one step of each.

        Args:
            batch: training pictures; the generator is asked for as many, of the same classes and attributes.
            step: its number.
            generator: draws latents and changes.
        """
        z = torch.randn(len(batch.classes), self.config.latent, generator=generator).to(batch.pictures.device)
        fake, collage = self._make(z, batch)
        told = self._teach_discriminator(batch, fake.detach(), generator)
        made = self._teach_generator(batch, fake, collage, step, generator)
        self.players.follow(step)
        return Losses(*(each.detach() for each in (told[0], told[1], made[0], told[2], told[3], *made[1:])))

    def _make(self, z: Tensor, batch: Batch) -> tuple[Tensor, Tensor | None]:
        """(B, 3, S, S) pictures, and with local fusion what they are made of."""
        if self.config.local_fusion is None:
            return self.generator(z, batch.classes, batch.values), None
        return self.generator(z, batch.classes, batch.values, collage=True)

    def _teach_discriminator(self, batch: Batch, fake: Tensor, generator: torch.Generator) -> tuple[Tensor, ...]:
        changes = self.config.diff_augment
        refused = self._refused(fake, generator)
        views = [diff_augment(pictures, changes, generator) for pictures in (batch.pictures, fake, *refused)]
        on_real, on_fake, *on_refused = self.discriminator(*views)
        d_real, d_fake = discriminator_loss(on_real.real, on_fake.real)
        attributes = [attribute_loss(each, batch.classes, batch.values) for each in (on_real, on_fake)]
        loss = d_real + d_fake + self.config.attribute_weight * (attributes[0] + attributes[1]) / 2
        for each, pictures in zip(on_refused, refused, strict=True):
            loss = loss + F.softplus(each.real).mean() * len(pictures) / len(fake)
        self._follow(loss)
        return d_real, d_fake, *attributes

    def _refused(self, fake: Tensor, generator: torch.Generator) -> list[Tensor]:
        """Pictures of earlier rounds that were refused: further negatives."""
        found = self.taught.negatives(len(fake), generator, fake.device) if self.taught is not None else None
        return [] if found is None else [found]

    def _teach_generator(
        self, batch: Batch, fake: Tensor, collage: Tensor | None, step: int, generator: torch.Generator
    ) -> tuple[Tensor, ...]:
        """Gradients meet at the pictures, so that the style loss can be weighed against the rest without extra work."""
        pictures = fake.detach().requires_grad_()
        judge = self.players.discriminator.requires_grad_(False)
        (judgement,) = judge(diff_augment(pictures, self.config.diff_augment, generator))
        g = generator_loss(judgement.real, self.config.loss)
        attribute = attribute_loss(judgement, batch.classes, batch.values)
        total, diversity = g + self.config.attribute_weight * attribute, torch.zeros_like(g)
        if self.config.diversity_weight > 0:
            diversity = diversity_loss(pictures, batch.pictures, batch.classes)
            total = total + self.config.diversity_weight * diversity
        teacher = torch.zeros_like(g)
        if self.taught is not None:
            teacher = self.taught.loss(pictures, batch.classes, batch.values)
            total = total + self.config.feedback.teacher_weight * teacher
        seam = torch.zeros_like(g)
        if collage is not None and self.config.local_fusion is not None:
            seam = F.l1_loss(pictures, collage)
            total = total + self.config.local_fusion.weight * seam
        (gradient,) = torch.autograd.grad(total, pictures)
        style, pull = self._style(pictures, batch.classes, step, gradient)
        share = pull.norm() / gradient.norm().clamp(min=1e-12)
        self._follow(fake, gradient + pull)
        judge.requires_grad_(True)
        return g, attribute, diversity, style, share, teacher, seam

    def _style(self, pictures: Tensor, classes: Tensor, step: int, gradient: Tensor) -> tuple[Tensor, Tensor]:
        if self.style is None:
            return gradient.new_zeros(()), torch.zeros_like(gradient)
        loss = self.style(pictures, classes, step)
        (pull,) = torch.autograd.grad(loss, pictures)
        pull = weighted(pull, gradient, self.config.style.share, self.players.style_ratio)
        self.players.style_ratio.copy_(self.accelerator.reduce(self.players.style_ratio, reduction="mean"))
        return loss, pull

    def _follow(self, loss: Tensor, gradient: Tensor | None = None) -> None:
        self.accelerator.backward(loss, gradient=gradient)
        self.optimiser.step()
        self.optimiser.zero_grad()
