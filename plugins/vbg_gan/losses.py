"""What generator and discriminator are rewarded for."""

from __future__ import annotations

from typing import Literal

import torch.nn.functional as F
from torch import Tensor

from vbg_gan.networks import Judgement

Game = Literal["non_saturating", "minimax"]


def discriminator_loss(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """-log D(x) and -log(1 - D(G(z))), each averaged: the discriminator's side of eq. 19 of the VBG paper.

    Args:
        real: (B,) logits of real pictures.
        fake: (B,) logits of generated ones.
    """
    return F.softplus(-real).mean(), F.softplus(fake).mean()


def generator_loss(fake: Tensor, game: Game) -> Tensor:
    """The generator's side, from (B,) logits of its pictures.

    Args:
        game: `minimax`: log(1 - D(G(z))), eq. 19 to the letter; its gradient vanishes while the discriminator wins.
            `non_saturating`: -log D(G(z)), the same fixed point with a gradient that does not (Goodfellow et al. 2014).
    """
    return -F.softplus(fake).mean() if game == "minimax" else F.softplus(-fake).mean()


def diversity_loss(fake: Tensor, real: Tensor, classes: Tensor) -> Tensor:
    """How far generated pictures of one class fall short of differing from each other as much as real ones do.

    A generator may ignore its latent and paint one picture per class; real and fake do not reward it for more. After
    the mode-seeking loss of Mao et al. 2019, with the difference of real pictures as the limit. 0 = as different as
    real ones, 1 = all alike. Differences are those of 16 x 16 px thumbnails: half of the loss looks at them as they
    are, half without the mean of each channel, because a generator may vary the light and nothing else.

    Args:
        fake, real: (B, 3, S, S) pictures, of the same classes in the same order.
        classes: (B,) class indices.
    """
    same = (classes[:, None] == classes).triu(1)  # pairs of one class, each once
    if not same.any():
        return fake.new_zeros(())
    made, known = (F.adaptive_avg_pool2d(pictures.float(), 16) for pictures in (fake, real))
    shape, goal = (part - part.mean((2, 3), keepdim=True) for part in (made, known))
    return (_lack(made, known, same) + _lack(shape, goal, same)) / 2


def _lack(fake: Tensor, real: Tensor, same: Tensor) -> Tensor:
    """What (B, 3, 16, 16) thumbnails of one class lack in differences, as a share of those of real ones."""
    goal = _differences(real)[same].mean().clamp(min=1e-6)
    return F.relu(1 - _differences(fake)[same] / goal).mean()


def _differences(small: Tensor) -> Tensor:
    """(B, B) mean absolute difference of every two thumbnails."""
    flat = small.flatten(1)  # (B, 768)
    return (flat[:, None] - flat).abs().mean(2)


def attribute_loss(judgement: Judgement, classes: Tensor, attributes: Tensor) -> Tensor:
    """Cross-entropy of the class, plus the mean over the attributes of theirs (Odena et al. 2017).

    Args:
        classes: (B,) class indices.
        attributes: (B, number of attributes) value indices, -1 = unknown, which contributes nothing.
    """
    loss = F.cross_entropy(judgement.classes, classes)
    known = [
        F.cross_entropy(logits, values.clamp(min=0), reduction="none") * (values >= 0)
        for logits, values in zip(judgement.attributes, attributes.unbind(1), strict=True)
    ]
    return loss + sum((each.mean() for each in known), loss.new_zeros(())) / max(1, len(known))
