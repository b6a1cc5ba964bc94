"""Any decoded picture as 8-bit RGB, of at most a certain size."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageOps

from vbg_framework.data.pictures.colour import PROFILE, to_srgb
from vbg_framework.data.pictures.depth import eight_bit, guessed_range


def as_rgb(image: Image.Image, largest_side: int | None) -> Image.Image:
    """Any mode as upright sRGB with 8 bits per channel, no side larger than `largest_side` px."""
    limit = largest_side or max(image.size)
    if image.format in ("JPEG", "MPO"):
        image.draft(None, (2 * limit, 2 * limit))  # a huge JPEG is decoded at 1/2, 1/4 or 1/8
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    plain = _plain(image)
    plain.thumbnail((limit, limit), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return _flat(to_srgb(plain))


def _plain(image: Image.Image) -> Image.Image:
    """Any mode -> L, LA, RGB, RGBA or CMYK, colours as they are."""
    if image.mode.startswith(("I", "F")):
        image = _levels(image)
    if image.mode == "La":
        image = image.convert("LA")
    if image.has_transparency_data:
        return image if image.mode == "LA" else image.convert("RGBA")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("L" if image.mode == "1" else "RGB")


def _levels(image: Image.Image) -> Image.Image:
    """16-bit, 32-bit or floating-point grey -> L, or LA where one value stands for transparency."""
    values = np.asarray(image)
    levels = Image.fromarray(eight_bit(values, guessed_range(values)))
    levels.info = {PROFILE: image.info.get(PROFILE)}
    if "transparency" in image.info:
        levels.putalpha(Image.fromarray(np.uint8(values != image.info["transparency"]) * 255))
    return levels


def _flat(image: Image.Image) -> Image.Image:
    """A picture of `_plain` -> RGB, on white."""
    if "A" not in image.getbands():
        return image if image.mode == "RGB" else image.convert("RGB")
    image = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white
