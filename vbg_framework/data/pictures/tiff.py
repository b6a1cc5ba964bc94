"""Pages of TIFF files as pictures of 8 bits per channel."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from vbg_framework.data.pictures import tiff_page as tag
from vbg_framework.data.pictures.depth import Range, eight_bit, extremes, guessed_range, usual_white
from vbg_framework.data.pictures.tiff_page import Page
from vbg_framework.data.pictures.tiff_samples import FLOATING, SIGNED, UNSIGNED, is_readable, samples

_COLOURS = {tag.WHITE_IS_ZERO: 1, tag.BLACK_IS_ZERO: 1, tag.RGB: 3, tag.CMYK: 4, tag.LAB: 3, tag.ICC_LAB: 3}
_PREMULTIPLIED, _ALPHA = 1, 2  # kinds of extra channels


def picture(page: Page, file: BinaryIO) -> Image.Image:
    """A page as Pillow opens it, or in levels of its own if it has more than 8 bits or a layout unknown to Pillow.

    Raises:
        UnidentifiedImageError: neither way knows such samples; says what they are.
        ValueError: the file is damaged.
    """
    ours = is_readable(page) and page.channels >= _COLOURS.get(page.photometric, 99)
    if ours and not _is_plain(page):
        return _from_samples(page, file)
    try:
        return Image.open(_beginning_with(page, file), formats=("TIFF",))
    except UnidentifiedImageError as error:
        if ours:
            return _from_samples(page, file)
        raise UnidentifiedImageError(f"TIFF with such samples is not read, got {page}") from error


def _is_plain(page: Page) -> bool:
    """Whether Pillow reads such samples rightly, if it reads them. It takes white for zero where nothing is said."""
    usual = page.number(tag.FILL_ORDER, 1) == 1 and page.number(tag.PLANAR, 1) == 1 and tag.PHOTOMETRIC in page.tags
    return usual and max(page.bits) <= 8 and page.number(tag.FORMAT, UNSIGNED) == UNSIGNED


def _beginning_with(page: Page, file: BinaryIO) -> BinaryIO:
    """The file, or a copy of it whose first page is `page`."""
    file.seek(0)
    head = file.read(16)
    big = 43 in head[2:4]
    place = struct.pack(page.order + ("Q" if big else "I"), page.place)
    start = 8 if big else 4
    file.seek(0)
    if head[start : start + len(place)] == place:
        return file
    return io.BytesIO(head[:start] + place + file.read()[start + len(place) :])


def _from_samples(page: Page, file: BinaryIO) -> Image.Image:
    values = samples(page, file)
    count = _COLOURS[page.photometric]
    colours, kind = values[..., :count], _kind_of_extra(page, count)
    if page.photometric in (tag.LAB, tag.ICC_LAB):
        image = Image.frombytes("LAB", page.size, _lab(page, colours).tobytes())
    else:
        span = _range(page, colours)
        levels = eight_bit(colours, span)
        if kind:
            levels = np.concatenate([levels, _alpha(page, values[..., count + kind[0]], max(span))[..., None]], axis=-1)
        mode = {1: "L", 3: "RGB", 4: "CMYK"}[count] + ("A" if kind else "")
        image = _image(levels, mode, premultiplied=kind is not None and kind[1] == _PREMULTIPLIED)
    image.info |= {
        name: page.tags[key] for name, key in (("icc_profile", tag.PROFILE), ("xmp", tag.XMP)) if key in page.tags
    }
    image.getexif()[tag.ORIENTATION] = page.number(tag.ORIENTATION, 1)
    return image


def _kind_of_extra(page: Page, colours: int) -> tuple[int, int] | None:
    """(which of the extra channels, its kind) of the first that is transparency; a fourth of RGB without a kind is."""
    if page.photometric == tag.CMYK:
        return None
    kinds = page.tags.get(tag.EXTRA, (_ALPHA,) if page.photometric == tag.RGB else ())
    extra = enumerate(kinds[: page.channels - colours])
    return next(((place, kind) for place, kind in extra if kind in (_PREMULTIPLIED, _ALPHA)), None)


def _range(page: Page, values: np.ndarray) -> Range:
    """Which values are black and white: by the number of bits, as the tags state, or as the values suggest."""
    span = _stated_range(page, values) or _range_by_values(page, values)
    return span.inverted() if page.photometric == tag.WHITE_IS_ZERO else span


def _stated_range(page: Page, values: np.ndarray) -> Range | None:
    """By `SMinSampleValue` and `SMaxSampleValue`, or by `MaxSampleValue`, a statistic that tells the bits in use.

    A statement that the values contradict is none.
    """
    lowest, highest = extremes(values)
    most = max(page.tags.get(tag.SIGNED_MOST, (-np.inf,)))
    if most >= highest and most > (least := min(page.tags.get(tag.SIGNED_LEAST, (0,)))):
        return Range(float(least) if least <= lowest else min(0.0, lowest), float(most))
    stated = max(page.tags.get(tag.MOST, (0,)))
    if stated >= highest and page.number(tag.FORMAT, UNSIGNED) == UNSIGNED and page.bits[0] >= 16:
        return Range(0.0, usual_white(stated))
    return None


def _range_by_values(page: Page, values: np.ndarray) -> Range:
    """Integers of less than 16 bits use them all, and inks too; otherwise see `guessed_range`.

    Where white is zero, a dark picture's values may lie at the upper end instead.
    """
    bits, kind = page.bits[0], page.number(tag.FORMAT, UNSIGNED)
    full = 2**bits - 1
    if kind == FLOATING or (kind == SIGNED and bits >= 16):
        return guessed_range(values)
    if kind == SIGNED:
        return Range(-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1) if values.min() < 0 else Range(0.0, full // 2)
    if bits < 16 or page.photometric == tag.CMYK:
        return Range(0.0, full)
    span = guessed_range(values)
    if page.photometric == tag.WHITE_IS_ZERO and span.white == full:
        return Range(full - usual_white(full - extremes(values)[0]), full)
    return span


def _alpha(page: Page, values: np.ndarray, white: float) -> np.ndarray:
    """Opacity in levels; on the colours' range where it fits into it."""
    full = 1.0 if values.dtype.kind == "f" else float(2 ** page.bits[0] - 1)
    return eight_bit(values, Range(0.0, white if values.max() <= white else full))


def _image(levels: np.ndarray, mode: str, premultiplied: bool) -> Image.Image:
    """Levels (height, width, channels) of the mode L, LA, RGB, RGBA or CMYK -> a picture."""
    if premultiplied:
        levels, mode = levels if mode == "RGBA" else levels[..., [0, 0, 0, 1]], "RGBa"
    image = Image.frombytes(mode, levels.shape[1::-1], levels.tobytes())
    return image.convert("RGBA") if premultiplied else image


def _lab(page: Page, values: np.ndarray) -> np.ndarray:
    """CIELAB and ICCLab of 8 or 16 bits -> CIELAB of 8 bits as TIFF has it: L 0..255, a and b signed."""
    if page.bits[0] not in (8, 16) or page.number(tag.FORMAT, UNSIGNED) == FLOATING:
        raise UnidentifiedImageError(f"TIFF with such samples is not read, got {page}")
    bits = values.astype(np.int64) & (2 ** page.bits[0] - 1)
    if page.bits[0] == 16:
        white = 65280 if page.photometric == tag.ICC_LAB else 65535
        light = np.minimum(np.rint(bits[..., :1] * 255 / white), 255).astype(np.int64)
        bits = np.concatenate([light, bits[..., 1:] >> 8], axis=-1)
    flip = np.array([0, 128, 128]) if page.photometric == tag.ICC_LAB else 0
    return (bits ^ flip).astype(np.uint8)
