"""Training texts as batches of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vbg_gan.table_learning import Facts
from vbg_gan.text_vocabulary import END, Conditions

IGNORED = -100


class Example(NamedTuple):
    """A training text.

    Args:
        ids: its tokens, END included unless it was cut off.
        facts: what it is about.
        picture: number of its record's picture among all; -1 = none.
    """

    ids: list[int]
    facts: Facts
    picture: int = -1


class TextLesson(NamedTuple):
    """A batch of texts.

    Args:
        inputs: (B, T) tokens to read, END first.
        targets: (B, T) the token after each; -100 behind the text.
        given: (B, C + Z) what they are about, then noise.
        about: (B, G) what they are about as class indices; -1 = unknown.
        facts: the same in words.
        pictures: (B,) numbers of their pictures; -1 = none.
    """

    inputs: Tensor
    targets: Tensor
    given: Tensor
    about: Tensor
    facts: list[Facts]
    pictures: Tensor

    @property
    def mask(self) -> Tensor:
        """(B, T) bool, True = real token."""
        return self.targets != IGNORED

    def tokens(self, size: int) -> Tensor:
        """(B, T, V) the texts, one-hot."""
        return F.one_hot(self.targets.clamp(min=0), size).float()


def lesson(
    examples: Sequence[Example],
    conditions: Conditions,
    latent: int,
    device: torch.device,
    generator: torch.Generator | None = None,
) -> TextLesson:
    """Put texts side by side, each with noise of its own.

    Args:
        latent: length Z of the noise.
        generator: what the noise is drawn from; None = torch's global one.
    """
    facts = [example.facts for example in examples]
    rows = [torch.tensor(example.ids) for example in examples]
    targets = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=IGNORED)
    inputs = F.pad(targets.masked_fill(targets == IGNORED, END), (1, -1), value=END)
    given = with_noise(conditions.vectors(facts), latent, generator)
    pictures = torch.tensor([example.picture for example in examples])
    about = conditions.targets(facts)
    inputs, targets, given, about = (part.to(device) for part in (inputs, targets, given, about))
    return TextLesson(inputs, targets, given, about, facts, pictures)


def with_noise(vectors: Tensor, latent: int, generator: torch.Generator | None) -> Tensor:
    """(B, C) facts -> (B, C + Z) facts and normal noise, drawn on the CPU, the same on every device."""
    return torch.cat([vectors, torch.randn(len(vectors), latent, generator=generator)], dim=1)
