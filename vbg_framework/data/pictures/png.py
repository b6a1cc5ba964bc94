"""PNG with 16 bits per channel whose upper bits are unused: Pillow keeps only the upper eight of each sample."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np
from PIL import Image

from vbg_framework.data.pictures.depth import Range, eight_bit, extremes, usual_white

_DARK = 64  # upper bytes below this are 14 bits or less


def full_depth(image: Image.Image, file: BinaryIO) -> Image.Image:
    """The picture in 8 bits per channel; where it would be dark for want of the lower bytes, scaled from all 16.

    The PNG specification scales samples to the full 16 bits; some scanners' software stores 10, 12 or 14 as they are.

    Args:
        image: an opened PNG.
        file: its file.
    """
    if _layout(image) not in ("RGB;16B", "RGBA;16B"):
        return image
    if "transparency" in image.info:  # a colour, in 16 bits
        image.info["transparency"] = tuple(value >> 8 for value in image.info["transparency"])
    upper = np.asarray(image)  # (height, width, channels)
    if upper[..., :3].max() >= _DARK:
        return image
    scaled = Image.fromarray(_levels(upper.astype(np.uint16) << 8 | _lower(file)))
    scaled.info = {key: value for key, value in image.info.items() if key != "transparency"}
    scaled.getexif().update(image.getexif())
    return scaled


def _levels(values: np.ndarray) -> np.ndarray:
    colours, alpha = values[..., :3], values[..., 3:]
    white = usual_white(extremes(colours)[1])
    opaque = white if alpha.size and alpha.max() <= white else 65535.0
    return np.concatenate([eight_bit(colours, Range(0.0, white)), eight_bit(alpha, Range(0.0, opaque))], axis=-1)


def _layout(image: Image.Image) -> str:
    """How Pillow unpacks the file's samples."""
    tiles = getattr(image, "tile", [])
    return str(tiles[0].args) if tiles else ""


def _lower(file: BinaryIO) -> np.ndarray:
    """The lower bytes: those that Pillow keeps if it takes the samples for little-endian ones."""
    file.seek(0)
    with Image.open(file, formats=("PNG",)) as image:
        image.tile = [tile._replace(args=_layout(image).replace("16B", "16L")) for tile in image.tile]
        return np.asarray(image)
