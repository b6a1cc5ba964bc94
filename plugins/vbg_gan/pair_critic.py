"""The pair critic: does a text go with a picture? Matching-aware, after Reed et al. 2016 (arXiv 1605.05396)."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vbg_gan.text_config import TextConfig
from vbg_gan.text_networks import SLOPE, TextReader

SIDE = 64  # most pixels it looks at; larger pictures are averaged down
CHANNELS = (16, 32, 64)


class PairCritic(nn.Module):
    """Reads pictures and texts separately, then compares: score = <picture, text> / sqrt(H) + a term of the text alone.

    The term of the text alone tells a written text from a real one; the product tells a right one from a wrong one.

    Args:
        config: sizes of the text reader.
        tokens: size of the vocabulary V.
        size: side of the pictures it will get, a multiple of 16 up to 64.
    """

    def __init__(self, config: TextConfig, *, tokens: int, size: int) -> None:
        super().__init__()
        blocks: list[nn.Module] = [nn.Conv2d(3, CHANNELS[0], 4, 4), nn.LeakyReLU(SLOPE)]
        for before, after in pairwise(CHANNELS):
            blocks += [nn.Conv2d(before, after, 4, 2, 1), nn.LeakyReLU(SLOPE)]
        cells = (size // 16) ** 2
        self.look = nn.Sequential(
            *blocks, nn.Flatten(), nn.Dropout(config.dropout), nn.Linear(CHANNELS[-1] * cells, config.hidden)
        )
        self.reader = TextReader(config, tokens=tokens)
        self.project = nn.Linear(config.hidden, config.hidden)
        self.alone = nn.Linear(config.hidden, 1)

    def forward(self, pictures: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        """Judge every pair.

        Args:
            pictures: (P, 3, S, S) in -1..1.
            tokens: (B, T, V), one-hot.
            mask: (B, T) bool, True = real token.

        Returns:
            (P, B) logits, high = a real text that goes with the picture.
        """
        seen, read = self.look(pictures), self.reader(tokens, mask)
        return seen @ self.project(read).T / math.sqrt(seen.shape[1]) + self.alone(read).T


def critic_loss(real: Tensor, about: Tensor, written: Tensor | None = None) -> Tensor:
    """What the critic learns: -log s of right pairs, and -log(1 - s) of the mean of wrong and of written ones.

    Args:
        real: (B, B) logits of every real picture with every real text, its own on the diagonal.
        about: (B, G) class and attributes of the records; -1 = unknown. A text of another record is wrong where a
            known fact differs.
        written: (B,) logits of real pictures with texts written for their facts; None = not judged.
    """
    wrong = _other(about)
    against = [F.softplus(real[wrong]).mean()] if wrong.any() else []
    against += [F.softplus(written).mean()] if written is not None else []
    loss = F.softplus(-real.diagonal()).mean()
    return loss + torch.stack(against).mean() if against else loss


def writer_loss(written: Tensor) -> Tensor:
    """What the writer learns: -log s of (B,) logits of pictures with texts written for their facts."""
    return F.softplus(-written).mean()


def matching_auc(real: Tensor, about: Tensor) -> float:
    """How often a picture's own text scores above a wrong one, over all such pairs of one picture; .5 = by chance."""
    wrong, own = _other(about), real.diagonal()[:, None]
    better = (own > real).double() + 0.5 * (own == real).double()
    return better[wrong].mean().item() if wrong.any() else float("nan")


def _other(about: Tensor) -> Tensor:
    """(B, B) bool: picture and text are of records of which a known fact differs."""
    first, second = about[:, None], about[None]
    return ((first != second) & (first >= 0) & (second >= 0)).any(dim=2)
