"""Which pictures and conditions a training step sees, as tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from vbg_gan.frames import Frames
from vbg_gan.table import AttributeTable


class Batch(NamedTuple):
    """One step's worth of training pictures.

    Args:
        pictures: (B, 3, S, S) in -1..1.
        classes: (B,) class indices.
        values: (B, number of attributes) value indices, -1 = unknown.
    """

    pictures: Tensor
    classes: Tensor
    values: Tensor


class Codes:
    """Numbers for classes and attribute values.

    Args:
        table: names them all.

    Attributes:
        sizes: number of values of each attribute.
    """

    def __init__(self, table: AttributeTable) -> None:
        self._classes = {name: code for code, name in enumerate(table.classes)}
        self._values = {
            attribute: {value: code for code, value in enumerate(values)}
            for attribute, values in table.attributes.items()
        }
        self.sizes = tuple(len(values) for values in self._values.values())

    def __call__(self, facts: Sequence[tuple[str, Mapping[str, str]]]) -> tuple[Tensor, Tensor]:
        """Pairs of class and attribute -> value, to (B,) class indices and (B, A) value indices, -1 = unknown."""
        classes = torch.tensor([self._classes[name] for name, _ in facts], dtype=torch.long)
        rows = [[codes.get(known.get(name, ""), -1) for name, codes in self._values.items()] for _, known in facts]
        return classes, torch.tensor(rows, dtype=torch.long).view(len(facts), len(self.sizes))


class Sampler:
    """Draws batches of training pictures, class first, then a picture of it.

    Args:
        frames: the pictures.
        codes: numbers for their classes and attributes.
        balance: exponent b of the class frequencies: a class of n pictures is drawn in proportion to n^(1 - b).
        need: class -> share of what is needed; then half of the pictures are drawn by it.
    """

    def __init__(self, frames: Frames, codes: Codes, balance: float, need: Mapping[str, float] | None = None) -> None:
        self.pixels = frames.pixels
        self.classes, self.values = codes([(frame.name, frame.attributes) for frame in frames.facts])
        names = self.classes.numpy()
        self.members = [np.flatnonzero(names == code) for code in np.unique(names)]
        weights = np.array([len(members) for members in self.members], float) ** (1 - balance)
        self.shares = weights / weights.sum()
        needed = np.array([(need or {}).get(frames.facts[members[0]].name, 0.0) for members in self.members])
        if needed.any():
            self.shares = (self.shares + needed / needed.sum()) / 2

    def draw(self, count: int, generator: np.random.Generator) -> Batch:
        """Draw `count` pictures."""
        chosen = generator.choice(len(self.members), count, p=self.shares)
        numbers = np.array([generator.choice(self.members[each]) for each in chosen])
        pixels = torch.from_numpy(self.pixels[numbers]).permute(0, 3, 1, 2)  # strides as channels_last wants them
        return Batch(pixels.float() / 127.5 - 1, self.classes[numbers], self.values[numbers])


def one_hot(values: Tensor, sizes: Sequence[int]) -> Tensor:
    """(B, number of attributes) value indices -> (B, sum of sizes) of 0 and 1; an unknown value is all 0."""
    if not sizes:
        return values.new_zeros(len(values), 0, dtype=torch.float)
    parts = [F.one_hot(column + 1, size + 1)[:, 1:] for column, size in zip(values.unbind(1), sizes, strict=True)]
    return torch.cat(parts, dim=1).float()
