"""Random changes of one picture that leave its label as it is."""

from __future__ import annotations

import torch
from PIL import Image, ImageOps
from torchvision.transforms import InterpolationMode, v2

from vbg_classical import ClassicalConfig
from vbg_framework.toolkit import edge_colour

SMOOTH = InterpolationMode.BILINEAR


class Changes:
    """Mirrors, shrinks, changes by policy and jitters a picture, in RGB; its size in pixels stays.

    Args:
        config: which changes, how often and how strong.
    """

    def __init__(self, config: ClassicalConfig) -> None:
        self.config = config
        self.jitter = v2.ColorJitter(config.jitter, config.jitter, config.jitter)

    def __call__(self, image: Image.Image) -> Image.Image:
        """Return a changed copy, or the picture itself if nothing changes it."""
        if self.config.flip and torch.rand(()) < 0.5:
            image = ImageOps.mirror(image)
        if self.config.shrink < 1:
            image = shrunk(image, self.config.shrink)
        image = self._by_policy(image)
        return self.jitter(image) if self.config.jitter else image

    def _by_policy(self, image: Image.Image) -> Image.Image:
        """The published operations; what they uncover gets the colour of the picture's edge."""
        if self.config.policy == "none":
            return image
        fill = list(edge_colour(image))
        if self.config.policy == "trivial_augment":
            return v2.TrivialAugmentWide(interpolation=SMOOTH, fill=fill)(image)
        return v2.RandAugment(self.config.operations, self.config.magnitude, interpolation=SMOOTH, fill=fill)(image)


def shrunk(image: Image.Image, smallest: float) -> Image.Image:
    """The whole picture at a random size, from `smallest` to 1, at a random place of a frame in its edge colour."""
    share, *place = torch.rand(3).tolist()
    scale = smallest + (1 - smallest) * share
    width, height = (max(1, round(side * scale)) for side in image.size)
    frame = Image.new("RGB", image.size, edge_colour(image))
    left, top = round(place[0] * (frame.width - width)), round(place[1] * (frame.height - height))
    frame.paste(image.resize((width, height), Image.Resampling.BICUBIC), (left, top))
    return frame
