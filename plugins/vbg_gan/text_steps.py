"""One step of learning to write: the next word of training texts, or against judge and pair critic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vbg_gan.pair_critic import PairCritic, critic_loss, writer_loss
from vbg_gan.pair_pictures import PairPictures
from vbg_gan.text_config import TextConfig
from vbg_gan.text_lesson import IGNORED, TextLesson
from vbg_gan.text_mask import TokenMask
from vbg_gan.text_networks import TextJudge, TextWriter
from vbg_gan.text_writing import soft_write

CLIP = 1.0
GUMBEL = (1.0, 0.2)  # temperature at the first and the last adversarial step
WEIGHT = 1.0  # of the judge's opinion beside the likelihood of real texts, which keeps the language
CRITIC_RATE = 1e-3  # Adam learning rate of the pair critic


class Pairing(NamedTuple):
    """What judges pairs.

    Args:
        critic: the network.
        pictures: those of the training records.
    """

    critic: PairCritic
    pictures: PairPictures


class TextSteps:
    """Trains the networks, batch by batch.

    Args:
        config: steps and rates.
        writer, judge: the networks of the text half.
        pairing: the pair critic; None = pairs are not judged.
        mask: which tokens are permitted.

    Attributes:
        networks: all of them.
        optimiser: one Adam for all; each step leaves alone what has no gradient.
    """

    def __init__(
        self, config: TextConfig, writer: TextWriter, judge: TextJudge, pairing: Pairing | None, mask: TokenMask
    ) -> None:
        self.config, self.writer, self.judge, self.pairing, self.mask = config, writer, judge, pairing, mask
        parts = {"writer": writer, "judge": judge, **({"critic": pairing.critic} if pairing else {})}
        self.networks = nn.ModuleDict(parts)
        self.optimiser = torch.optim.Adam([{"params": network.parameters()} for network in parts.values()])

    def __call__(self, lesson: TextLesson, step: int) -> dict[str, float]:
        """Make one step; which kind follows from its number.

        Returns:
            The losses by name.
        """
        self.networks.train()
        early = step < self.config.pretrain_steps
        fall = 1 - step / max(self.config.pretrain_steps, 1)
        rate = self.config.pretrain_learning_rate * fall if early else self.config.learning_rate
        for group, each in zip(self.optimiser.param_groups, (rate, rate, CRITIC_RATE), strict=False):
            group["lr"] = each
        return self._likelihood_step(lesson) if early else self._adversarial_step(lesson, step)

    def _likelihood_step(self, lesson: TextLesson) -> dict[str, float]:
        """The writer learns words; the critic, which pictures and texts belong together."""
        loss = self._likelihood(lesson)
        self._update(loss, self.writer)
        return {"nll": loss.item(), **self._match(lesson)}

    def _adversarial_step(self, lesson: TextLesson, step: int) -> dict[str, float]:
        """Judge and critic learn from real and written texts about the same facts, then the writer from them."""
        share = (step - self.config.pretrain_steps) / max(self.config.adversarial_steps - 1, 1)
        temperature = GUMBEL[0] * (GUMBEL[1] / GUMBEL[0]) ** share
        length = lesson.targets.shape[1]
        fake, mask = soft_write(
            self.writer, self.mask, lesson.facts, lesson.given, length=length, temperature=temperature
        )
        d = self._judge(lesson, fake.detach(), mask)
        matched = self._match(lesson, fake.detach(), mask)
        judged, about = self.judge(fake, mask)
        g = _binary(judged, 1.0) + _consistency(about, lesson.about)
        pair = self._pair_goal(lesson, fake, mask)
        nll = self._likelihood(lesson)
        self._update(nll + WEIGHT * g + self.config.pair_weight * pair, self.writer)
        facts = {"pair": pair.item()} if matched else {}
        return {"nll": nll.item(), "d": d, "g": g.item(), **matched, **facts}

    def _likelihood(self, lesson: TextLesson) -> Tensor:
        logits = self.writer(lesson.inputs, lesson.given)
        return F.cross_entropy(logits.flatten(0, 1), lesson.targets.flatten(), ignore_index=IGNORED)

    def _judge(self, lesson: TextLesson, fake: Tensor, mask: Tensor) -> float:
        judged, about = self.judge(lesson.tokens(fake.shape[2]), lesson.mask)
        fooled, _ = self.judge(fake, mask)
        loss = _binary(judged, 1.0) + _binary(fooled, 0.0) + _consistency(about, lesson.about)
        self._update(loss, self.judge)
        return loss.item()

    def _match(self, lesson: TextLesson, fake: Tensor | None = None, mask: Tensor | None = None) -> dict[str, float]:
        """Train the critic on the records of a lesson that have a picture."""
        shown = lesson.pictures >= 0
        if self.pairing is None or not shown.any():
            return {}
        critic, pictures = self.pairing.critic, self._pictures(lesson.pictures[shown])
        real = critic(pictures, lesson.tokens(len(self.mask.vocabulary))[shown], lesson.mask[shown])
        written = None
        if fake is not None and mask is not None:
            written = critic(pictures, fake[shown], mask[shown]).diagonal()
        loss = critic_loss(real, lesson.about[shown], written)
        self._update(loss, critic)
        return {"critic": loss.item()}

    def _pair_goal(self, lesson: TextLesson, fake: Tensor, mask: Tensor) -> Tensor:
        """The writer's loss before the critic: do its texts go with the pictures of the same facts?"""
        shown = lesson.pictures >= 0
        if self.pairing is None or not shown.any():
            return fake.new_zeros(())
        pictures = self._pictures(lesson.pictures[shown])
        return writer_loss(self.pairing.critic(pictures, fake[shown], mask[shown]).diagonal())

    def _pictures(self, numbers: Tensor) -> Tensor:
        assert self.pairing is not None
        return self.pairing.pictures[numbers].to(next(self.writer.parameters()).device)

    def _update(self, loss: Tensor, network: nn.Module) -> None:
        """One step of one network: Adam leaves alone what has no gradient."""
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward(inputs=list(network.parameters()))
        nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        self.optimiser.step()


def _binary(logits: Tensor, target: float) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def _consistency(logits: Sequence[Tensor], targets: Tensor) -> Tensor:
    """Mean cross-entropy of class and attributes over what is known."""
    losses = [
        F.cross_entropy(result, targets[:, i], ignore_index=-1, reduction="sum") for i, result in enumerate(logits)
    ]
    return torch.stack(losses).sum() / (targets != -1).sum().clamp(min=1)
