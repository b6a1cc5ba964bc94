"""Safe decoding of images from anywhere, and encoding for storage.

Every limit is checked on the header, before a single pixel is decoded. Pillow's own limits stay in force.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from vbg_framework.data.colour import ColourError, flat, is_srgb
from vbg_framework.data.foreign import HEAD, foreign
from vbg_framework.data.provenance import is_synthetic

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "JPEG2000", "AVIF")
"""The formats that are read (JPEG includes MPO, several pictures in one file); Pillow knows many more."""
SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif"),
    *(".jp2", ".j2k", ".jpf", ".jpx", ".jpc", ".j2c", ".avif"),
)
"""How the names of files in these formats end, in lower case."""
LOSSY = ("JPEG", "MPO", "WEBP", "JPEG2000", "AVIF")
MAX_PIXELS = 100_000_000
"""Largest width x height that is decoded (300 MB in memory)."""
LARGEST_SIDE = 1024
"""Larger images are reduced to this many pixels on the longer side."""
STORED_FORMATS = ("JPEG", "PNG")
JPEG_QUALITY = 95
MOST_PAGES = 20
NEW_SUBFILE = 254  # TIFF tag; bit 0 = a reduced version of another page
ORIENTATION = 0x0112  # Exif tag
PREVIEW = 64  # px, the least side of a preview as far as the image has them

Source = str | Path | bytes | Image.Image


class ImageError(ValueError):
    """An image that cannot be used; the message is the reason in words."""


class Encoded(NamedTuple):
    """An image ready for storage.

    Args:
        data: a JPEG or PNG.
        preview: the same picture in grey, possibly much smaller: enough to compare images with each other.
    """

    data: bytes
    preview: Image.Image


def decode(source: Source, *, max_pixels: int = MAX_PIXELS, largest_side: int | None = LARGEST_SIDE) -> Image.Image:
    """Turn a path, encoded bytes or a PIL image into a PIL image in RGB: the pixels that `encode` would store.

    The picture stands upright (Exif orientation applied), has 8 bits per channel and lies on white where it was
    transparent. Of several frames the first counts.

    Args:
        source: the image; a PIL image is left as it is.
        max_pixels: a larger width x height is refused. Pillow refuses more than 178 million whatever this says.
        largest_side: larger pictures are reduced to this many px on the longer side; None = never.

    Raises:
        ImageError: it cannot be read; says why.
    """
    with _opened(source, max_pixels) as (image, file):
        lossless = largest_side is None or _is_lossless(image, file, largest_side)
        rgb = _rgb(image, largest_side)
        return rgb if lossless else decode_stored(_encoded(rgb, lossless=False))


def decode_stored(data: bytes | memoryview) -> Image.Image:
    """Turn bytes that `encode` returned into a PIL image in RGB, without the checks they have already passed."""
    image = Image.open(io.BytesIO(data), formats=STORED_FORMATS)
    image.load()
    return image


def encode(source: Source, *, max_pixels: int = MAX_PIXELS, largest_side: int = LARGEST_SIDE) -> Encoded:
    """Turn a path, encoded bytes or a PIL image into checked JPEG or PNG bytes for storage.

    The bytes of an upright RGB JPEG or PNG of at most `largest_side` px stay as they are. Of the others, those
    that come without loss and keep their size become PNG, the rest JPEG.

    Raises:
        ImageError: it cannot be read to its end; says why.
    """
    with _opened(source, max_pixels) as (image, file):
        if is_synthetic(image):
            raise ImageError("image is synthetic, as its XMP says; a data set holds real ones")
        if file is not None and _storable(image, file, largest_side):
            image.draft("L", (PREVIEW, PREVIEW))  # reads a JPEG to its end at an eighth of its size: it finds damage
            preview = _preview(image)
            file.seek(0)
            return Encoded(file.read(), preview)
        lossless = _is_lossless(image, None, largest_side)
        rgb = _rgb(image, largest_side)
        return Encoded(_encoded(rgb, lossless), _preview(rgb))


def _is_lossless(image: Image.Image, file: BinaryIO | None, largest_side: int) -> bool:
    """Whether a picture keeps its pixels when it is stored: as the bytes it comes in, or as PNG."""
    if file is not None and _storable(image, file, largest_side):
        return True
    return image.format not in LOSSY and max(image.size) <= largest_side


def _preview(image: Image.Image) -> Image.Image:
    return image.reduce(max(1, min(image.size) // PREVIEW)).convert("L")


@contextmanager
def _opened(source: Source, max_pixels: int) -> Iterator[tuple[Image.Image, BinaryIO | None]]:
    """The image with its header read and its size checked, and its file; whatever Pillow raises is an `ImageError`."""
    try:
        with warnings.catch_warnings(), ExitStack() as stack:
            warnings.filterwarnings("ignore", module="PIL")  # an image is used or refused, with one reason
            if isinstance(source, Image.Image):
                _check_size(source, max_pixels)
                yield source.copy(), None
            else:
                file = stack.enter_context(_file(source))
                image = stack.enter_context(Image.open(file, formats=FORMATS))
                _choose_page(image)
                _check_size(image, max_pixels)
                yield image, file
    except ImageError:
        raise
    except ColourError as error:
        raise ImageError(str(error)) from error
    except UnidentifiedImageError as error:
        raise ImageError(f"not an image in one of the formats {', '.join(FORMATS)}{_foreign(source)}") from error
    except Image.DecompressionBombError as error:
        raise ImageError(f"image is too large: more than {max_pixels:,} pixels") from error
    except Exception as error:  # decoders raise OSError, SyntaxError, struct.error, ... on damaged files
        raise ImageError(f"image is damaged, got {type(error).__name__}: {error}") from error


def _foreign(source: Source) -> str:
    """What it is instead, as the end of a message."""
    if isinstance(source, Image.Image):
        return ""
    with _file(source) as file:
        reason = foreign(file.read(HEAD))
    return f": {reason}" if reason else ""


def _file(source: str | Path | bytes) -> BinaryIO:
    if not isinstance(source, str | Path | bytes):
        raise ImageError(f"image must be a path, bytes or a PIL image, got {type(source).__name__}")
    if not isinstance(source, bytes) and not os.path.isfile(source):  # a folder and a pipe are none either
        raise ImageError(f"image file is missing, got {source}")
    file = io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb")  # noqa: SIM115
    if not _size(file):
        file.close()
        raise ImageError("image file is empty")
    return file


def _size(file: BinaryIO) -> int:
    place = file.tell()
    size = file.seek(0, io.SEEK_END)
    file.seek(place)
    return size


def _check_size(image: Image.Image, max_pixels: int) -> None:
    width, height = image.size
    if width * height > max_pixels:
        raise ImageError(f"image is too large: more than {max_pixels:,} pixels, got {width} x {height}")
    if min(width, height) < 2:
        raise ImageError(f"image is only a line or a point, got {width} x {height} pixels")


def _storable(image: Image.Image, file: BinaryIO, largest_side: int) -> bool:
    return (
        image.format in STORED_FORMATS
        and image.mode == "RGB"
        and max(image.size) <= largest_side
        and _size(file) <= 8 * image.width * image.height + 65536  # more is not picture
        and not image.has_transparency_data
        and is_srgb(image.info.get("icc_profile"))
        and image.getexif().get(ORIENTATION, 1) == 1
    )


def _rgb(image: Image.Image, largest_side: int | None) -> Image.Image:
    limit = largest_side or max(image.size)
    if image.format in ("JPEG", "MPO"):
        image.draft(None, (2 * limit, 2 * limit))  # a huge JPEG is decoded at 1/2, 1/4 or 1/8
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    rgb = flat(image)
    rgb.thumbnail((limit, limit), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return rgb


def _choose_page(image: Image.Image) -> None:
    """Of a TIFF with several pages, the first that is no small version of another one."""
    if image.format != "TIFF" or getattr(image, "n_frames", 1) < 2:
        return
    pages = []
    for number in range(min(image.n_frames, MOST_PAGES)):  # type: ignore[attr-defined]
        image.seek(number)
        reduced = int(image.tag_v2.get(NEW_SUBFILE, 0)) & 1  # type: ignore[attr-defined]
        pages.append((image.size, bool(reduced)))
    image.seek(next((n for n, page in enumerate(pages) if not _is_small_version(page, pages)), 0))


def _is_small_version(page: tuple[tuple[int, int], bool], pages: Sequence[tuple[tuple[int, int], bool]]) -> bool:
    """Whether a page says so, or has the shape of another one that is four times as wide or more."""
    (width, height), reduced = page
    return reduced or any(w >= 4 * width and abs(w / width - h / height) < 0.1 * w / width for (w, h), _ in pages)


def _encoded(image: Image.Image, lossless: bool) -> bytes:
    buffer = io.BytesIO()
    if lossless:
        image.save(buffer, "PNG")
    else:
        image.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()


def edge_colour(image: Image.Image) -> tuple[int, int, int]:
    """The mean colour of a picture's outermost pixels."""
    pixels = np.asarray(image)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    red, green, blue = edge.mean(axis=0).round().astype(int).tolist()
    return red, green, blue
