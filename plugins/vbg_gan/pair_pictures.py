"""The pictures beside the training texts, as the pair critic sees them."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from vbg_gan.frames import Frames
from vbg_gan.pair_critic import SIDE


class PairPictures:
    """Pictures by number, and numbers by record.

    Args:
        frames: the pictures, of at most 64 px or to be averaged down to that.

    Attributes:
        size: side in pixels.
    """

    def __init__(self, frames: Frames) -> None:
        self._pixels = frames.pixels
        self._numbers = {frame.record: number for number, frame in enumerate(frames.facts)}
        self.size = min(SIDE, frames.pixels.shape[1])

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, record: str) -> int:
        """Of the picture of a record; -1 = it has none."""
        return self._numbers.get(record, -1)

    def __getitem__(self, numbers: Tensor) -> Tensor:
        """(B,) numbers -> (B, 3, size, size) in -1..1."""
        pixels = torch.from_numpy(self._pixels[numbers.numpy()]).permute(0, 3, 1, 2).float() / 127.5 - 1
        return pixels if pixels.shape[-1] == self.size else F.adaptive_avg_pool2d(pixels, self.size)
