"""A small convolutional network that learns in seconds on one CPU core."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor, nn
from torch.nn import functional

SIDE = 64  # px
WIDTHS = (32, 64, 128, 256)
DIM = WIDTHS[-1]
SHIFT = 4  # px; random, while learning


class ConvNet(nn.Module):
    """Four convolutions with stride 2, batch normalisation and ReLU; the mean over places; one linear head per task.

    Args:
        sizes: C of every task.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        super().__init__()
        self.sizes = tuple(sizes)
        blocks = [
            layer
            for before, width in zip((3, *WIDTHS), WIDTHS, strict=False)
            for layer in (_convolution(before, width), nn.BatchNorm2d(width), nn.ReLU())
        ]
        self.body = nn.Sequential(*blocks).to(memory_format=torch.channels_last)
        self.heads = nn.ModuleList([nn.Linear(DIM, size) for size in sizes])

    def forward(self, pixels: Tensor) -> tuple[Tensor, list[Tensor]]:
        """(B, 3, S, S) bytes -> (B, D) features and per task (B, C) logits."""
        x = (pixels.float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)
        features = self.body(x).mean((2, 3))
        return features, [head(features) for head in self.heads]


def _convolution(before: int, width: int) -> nn.Conv2d:
    size = 5 if before == 3 else 3
    return nn.Conv2d(before, width, size, stride=2, padding=size // 2, bias=False)


def frame(image: Image.Image) -> np.ndarray:
    """An RGB picture in a square of (3, S, S) bytes, uncut and unstretched, the rest in the mean colour of its edge."""
    fitted = ImageOps.contain(image, (SIDE, SIDE), Image.Resampling.BICUBIC)
    if fitted.size != (SIDE, SIDE):
        values = np.asarray(fitted)
        edge = np.concatenate([values[[0, -1]].reshape(-1, 3), values[:, [0, -1]].reshape(-1, 3)])
        red, green, blue = edge.mean(0).round().astype(int).tolist()
        fitted = ImageOps.pad(fitted, (SIDE, SIDE), color=(red, green, blue))
    return np.asarray(fitted).transpose(2, 0, 1)


def varied(pixels: Tensor, generator: np.random.Generator) -> Tensor:
    """(B, 3, S, S) bytes, mirrored and shifted at random, so that a copy of a picture does not escape by that."""
    mirrored = torch.from_numpy(generator.random(len(pixels)) < 0.5)
    pixels = torch.where(mirrored[:, None, None, None], pixels.flip(-1), pixels)
    down, right = generator.integers(2 * SHIFT + 1, size=2).tolist()
    padded = functional.pad(pixels.float(), (SHIFT,) * 4, mode="replicate")
    return padded[:, :, down : down + SIDE, right : right + SIDE]
