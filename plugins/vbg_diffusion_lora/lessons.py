"""Which pictures and captions a training step sees."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from accelerate import Accelerator

from vbg_diffusion_lora import DiffusionLoraConfig
from vbg_diffusion_lora.captions import Captions
from vbg_diffusion_lora.shots import Shot, members
from vbg_framework.toolkit import drawn

EMPTY = 0  # position of the empty caption


class Batch(NamedTuple):
    """Positions in the shots, and positions of their captions in `Lessons.texts`."""

    pictures: list[int]
    texts: list[int]


class Lessons:
    """Draws pictures, and one of the captions of each.

    Args:
        captions: what pictures are called.
        shots: the pictures.
        config: the options.
        seed: decides which captions there are.

    Attributes:
        texts: all captions that occur, without repetitions; the first is empty.
    """

    def __init__(self, captions: Captions, shots: Sequence[Shot], config: DiffusionLoraConfig, seed: int) -> None:
        self.config, self.shots = config, shots
        self.groups = members(shots) if config.balanced else [list(range(len(shots)))]
        generator = np.random.default_rng(seed)
        distinct = dict.fromkeys(shot.facts for shot in shots)
        said = {facts: captions.variants(facts, generator) for facts in distinct}
        self.texts = list(dict.fromkeys(["", *(text for texts in said.values() for text in texts)]))
        place = {text: number for number, text in enumerate(self.texts)}
        self.choices = {facts: [place[text] for text in texts] for facts, texts in said.items()}

    def draw(self, size: int, accelerator: Accelerator, generator: torch.Generator) -> Batch:
        """This process's share of a batch of `size`."""
        seed = int(torch.randint(0, 2**62, (), generator=generator))
        draws, share = np.random.default_rng(seed), math.ceil(size / accelerator.num_processes)
        pictures = drawn(self.groups, share, draws)
        return Batch(pictures, [self._text(self.shots[number], draws) for number in pictures])

    def _text(self, shot: Shot, draws: np.random.Generator) -> int:
        if draws.random() < self.config.caption.dropout:
            return EMPTY
        choices = self.choices[shot.facts]
        return choices[draws.integers(len(choices))]
