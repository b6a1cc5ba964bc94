"""From pictures to the pixels an image encoder reads. Picklable and free of weights."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isqrt

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vbg_framework.data.pictures.image import edge_colour

RESAMPLE = Image.Resampling.BICUBIC
DEGREES = 10.0


class ImageProcessor:
    """Turns RGB pictures of any size into normalised pixels, {"pixels": (B, 3, size, size)}.

    The longer side is resized to `size` and the rest is filled with the mean colour of the picture's edge, so the
    whole object stays visible and keeps its shape.

    Args:
        size: pixels.
        mean: of red, green and blue, for values in 0..1; subtracted.
        std: of red, green and blue; what is left is divided by it.
        light: whether to draw small random changes, see `light`.
    """

    def __init__(self, size: int, mean: Sequence[float], std: Sequence[float], light: bool = False) -> None:
        self.size, self.light = size, light
        self.scale = torch.tensor(std).mul(255).reciprocal().view(3, 1, 1)
        self.shift = -(torch.tensor(mean) / torch.tensor(std)).view(3, 1, 1)

    def __call__(self, images: Sequence[Image.Image]) -> dict[str, Tensor]:
        """Process one batch."""
        frames = [self._frame(image) for image in images]
        pixels = torch.from_numpy(np.stack(frames)).permute(0, 3, 1, 2).contiguous()  # (B, 3, S, S) bytes
        return {"pixels": pixels * self.scale + self.shift}

    def _frame(self, image: Image.Image) -> np.ndarray:
        frame = letterbox(image, self.size)
        return np.asarray(light(frame) if self.light else frame)


def letterbox(image: Image.Image, size: int) -> Image.Image:
    """Fit a picture into a square of `size` pixels without cutting or stretching it."""
    longest = max(image.size)
    width, height = (max(1, round(side * size / longest)) for side in image.size)
    # reducing_gap shrinks pictures of more than six times the size in whole steps first, without visible loss
    resized = image.resize((width, height), RESAMPLE, reducing_gap=3.0)
    if width == height:
        return resized
    canvas = Image.new("RGB", (size, size), edge_colour(resized))
    canvas.paste(resized, ((size - width) // 2, (size - height) // 2))
    return canvas


def grid_places(image: Image.Image, count: int) -> list[tuple[float, float, float, float] | None]:
    """Where the tokens of a square grid over a picture that `letterbox` fitted stand in the picture, row by row.

    Args:
        image: as it was before.
        count: of tokens.

    Returns:
        (left, top, right, bottom) in shares of the sides of the picture; None for what shows the fill alone. Empty
        where the tokens are no square grid of at least four.
    """
    side = isqrt(count)
    if side < 2 or side * side != count:
        return []
    longest = max(image.size)
    across, down = (_shares(side, length / longest) for length in image.size)
    return [x and y and (x[0], y[0], x[1], y[1]) for y in down for x in across]


def _shares(cells: int, part: float) -> list[tuple[float, float] | None]:
    """Begin and end of each cell along a side that fills the middle `part` of the square."""
    edges = ((np.arange(cells + 1) / cells - (1 - part) / 2) / part).clip(0, 1)
    return [(float(a), float(b)) if b > a else None for a, b in pairwise(edges)]


def light(image: Image.Image) -> Image.Image:
    """Rotate by up to 10 degrees, crop 80-100 % of the area, jitter the colours by up to 20 %; the size stays.

    An object stays recognisable and its inscription readable. Draws from torch's global generator.
    """
    from torchvision.transforms import InterpolationMode, v2  # torchvision takes seconds to import
    from torchvision.transforms.v2.functional import rotate

    smooth = InterpolationMode.BICUBIC
    angle = torch.empty(1).uniform_(-DEGREES, DEGREES).item()
    image = rotate(image, angle, interpolation=smooth, fill=list(edge_colour(image)))
    crop = v2.RandomResizedCrop(image.size[::-1], scale=(0.8, 1.0), ratio=(0.9, 1.1), interpolation=smooth)
    return v2.ColorJitter(brightness=0.2, contrast=0.2, saturation=0.2)(crop(image))
