"""Small random changes of training pictures that keep an object recognisable and its inscription readable."""

from __future__ import annotations

import torch
from PIL import Image
from torchvision.transforms import InterpolationMode, v2
from torchvision.transforms.v2.functional import rotate

from vbg_framework.data.image import edge_colour

DEGREES = 10.0
COLOUR = v2.ColorJitter(brightness=0.2, contrast=0.2, saturation=0.2)


def light(image: Image.Image) -> Image.Image:
    """Rotate by up to 10 degrees, crop 80-100 % of the area, jitter the colours by up to 20 %; the size stays."""
    angle = torch.empty(1).uniform_(-DEGREES, DEGREES).item()
    image = rotate(image, angle, interpolation=InterpolationMode.BICUBIC, fill=list(edge_colour(image)))
    crop = v2.RandomResizedCrop(
        image.size[::-1], scale=(0.8, 1.0), ratio=(0.9, 1.1), interpolation=InterpolationMode.BICUBIC
    )
    return COLOUR(crop(image))
