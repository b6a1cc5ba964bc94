"""Colours as their ICC profile means them -> sRGB."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageCms

PROFILE = "icc_profile"  # where Pillow keeps it
SAME = 2
"""A profile whose colours differ by at most so many levels of 255 from sRGB is sRGB."""
LARGEST_PROFILE = 16_000_000  # bytes
EXACT = ImageCms.Flags.NOOPTIMIZE  # slow: for the 256 levels of grey, which are coarse in the dark otherwise
_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # ICC's name of a colour space -> Pillow's mode
_JP2 = b"\0\0\0\x0cjP  "


def to_srgb(image: Image.Image) -> Image.Image:
    """A picture in 8 bits per channel -> the same in sRGB, without its profile.

    The intent is relative colorimetric with black point compensation: colours that sRGB has stay as they are, paper
    becomes white and the darkest ink black. A profile that is broken, or for other channels than the picture's, is
    left out: the picture counts as sRGB, and CMYK without a profile is taken as plain inks.

    Args:
        image: L, LA, RGB, RGBA or CMYK.

    Returns:
        The mode is RGB or RGBA if a profile was applied, otherwise that of `image`.
    """
    profile = image.info.pop(PROFILE, None)
    mode = image.mode.removesuffix("A")
    conversion = _conversion(profile, mode) if profile else None
    if conversion is None:
        return image
    if conversion.input_mode == "L":
        levels = _converted(conversion, "L", np.arange(256)[:, None]).astype(np.uint8)
        converted = Image.fromarray(levels[np.asarray(image.getchannel("L"))])
    else:
        converted = conversion.apply(image.convert(conversion.input_mode))
    converted.info.pop(PROFILE, None)
    if "A" in image.getbands():
        converted.putalpha(image.getchannel("A"))
    return converted


def is_srgb(image: Image.Image) -> bool:
    """Whether a picture's values are sRGB as they stand: it has no usable profile, or one that maps to the same."""
    profile = image.info.get(PROFILE)
    return not profile or _conversion(profile, image.mode.removesuffix("A")) is None


@lru_cache(maxsize=32)  # the pictures of a collection share a few profiles
def _conversion(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Profile and mode (L, RGB, CMYK) -> conversion to sRGB; None if there is nothing to convert or no way to.

    sRGB is recognised by what the profile does to a grid of colours: names and checksums vary from maker to maker.
    """
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = _SPACES.get(source.profile.xcolor_space.strip())
        if space is None or (space != mode and (space, mode) != ("RGB", "L")):
            return None
        conversion = ImageCms.buildTransform(
            source,
            ImageCms.createProfile("sRGB"),
            space,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION | (EXACT if space == "L" else 0),
        )
        return conversion if _sensible(conversion, space) and not _is_identity(conversion, space) else None
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):  # broken in one way or another
        return None


def _converted(conversion: ImageCms.ImageCmsTransform, space: str, colours: np.ndarray) -> np.ndarray:
    """Colours (N, channels) -> (N, 3)."""
    row = Image.frombytes(space, (len(colours), 1), colours.astype(np.uint8).tobytes())
    return np.asarray(conversion.apply(row), dtype=int)[0]


def _sensible(conversion: ImageCms.ImageCmsTransform, space: str) -> bool:
    """Whether the profile's white is much lighter than its black; a damaged one may map all to one colour."""
    channels = len(space)
    ends = np.array([[0] * channels, [255] * channels])
    dark, light = _converted(conversion, space, ends[::-1] if space == "CMYK" else ends).mean(axis=1)
    return bool(light - dark > 64)


def _is_identity(conversion: ImageCms.ImageCmsTransform, space: str) -> bool:
    if space == "CMYK":
        return False
    steps = np.arange(0, 256, 15)
    axes = np.meshgrid(*[steps] * len(space), indexing="ij")
    colours = np.stack(axes, -1).reshape(-1, len(space))
    return bool(np.abs(_converted(conversion, space, colours) - colours).max() <= SAME)


def jp2_profile(file: BinaryIO) -> bytes | None:
    """The ICC profile of a JPEG 2000 file (ISO/IEC 15444-1, I.5.3.3: box `colr` in `jp2h`), which Pillow leaves out."""
    file.seek(0)
    if file.read(8) != _JP2:
        return None  # a bare codestream
    end = file.seek(0, io.SEEK_END)
    for name, start, stop in _boxes(file, 0, end):
        if name == b"jp2h":
            for inner, first, last in _boxes(file, start, stop):
                file.seek(first)
                if inner == b"colr" and last - first <= LARGEST_PROFILE and file.read(3)[:1] in (b"\2", b"\3"):
                    return file.read(last - first - 3)
    return None


def _boxes(file: BinaryIO, start: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """(name, start and end of the content) of the boxes between two places of the file."""
    while start + 8 <= stop:
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        first = start + 8
        if size == 1:
            (size,), first = struct.unpack(">Q", file.read(8)), start + 16
        end = start + size if size else stop
        if end < first or end > stop:
            return
        yield name, first, end
        start = end
