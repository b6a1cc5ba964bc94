"""Safe decoding of images from anywhere, and encoding for storage.

Every limit is checked on the header, before a single pixel is decoded. Pillow's own limits stay in force.

    formats -> which files   jpeg -> scans   tiff, png -> samples of more than 8 bits   depth -> 8 bits   colour -> sRGB
"""

from __future__ import annotations

import io
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import Image, UnidentifiedImageError

from vbg_framework.base.shortage import pass_on
from vbg_framework.data.pictures import png, tiff
from vbg_framework.data.pictures.colour import PROFILE, is_srgb, jp2_profile
from vbg_framework.data.pictures.formats import decoders, refusal
from vbg_framework.data.pictures.jpeg import MOST_SCANS, scans
from vbg_framework.data.pictures.provenance import is_synthetic
from vbg_framework.data.pictures.rgb import as_rgb
from vbg_framework.data.pictures.tiff_page import Page, is_tiff, picture_page

MAX_PIXELS = 100_000_000
"""Largest width x height that is decoded (300 MB in memory)."""
MAX_BYTES = 8
"""So many bytes of samples per pixel of the largest size are decoded: RGBA in 16 bits."""
WIDE = {"WEBP": 40_000_000, "JPEG2000": 40_000_000}
"""Most pixels of formats whose libraries take 20 bytes and more for each."""
ALONE = 16_000_000
"""Pictures of more pixels are decoded one at a time, or threads would need gigabytes."""
_TURN = threading.Lock()
LARGEST_SIDE = 1024
"""Larger images are reduced to this many pixels on the longer side."""
STORED_FORMATS = ("JPEG", "PNG")
LOSSY_FORMATS = ("JPEG", "MPO", "WEBP", "JPEG2000", "AVIF", "HEIF")
LOSSY_TIFF = ("jpeg", "tiff_jpeg", "webp")  # compressions, as Pillow names them
JPEG_QUALITY = 95
ORIENTATION = 0x0112  # Exif tag
PREVIEW = 64  # px, the least side of a preview as far as the image has them

Source = str | Path | bytes | Image.Image


class ImageError(ValueError):
    """An image that cannot be used; the message is the reason in words."""


class SyntheticImage(ImageError):
    """An image that was generated, where a real one is needed."""


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

    The picture stands upright (Exif orientation applied), has 8 bits per channel, is in sRGB (an embedded ICC profile
    applied, see `to_srgb`) and lies on white where it was transparent. Of several frames the first counts, of several
    pages of a TIFF the one that `picture_page` chooses.

    Args:
        source: the image; a PIL image is left as it is.
        max_pixels: a larger width x height is refused. Pillow refuses more than 178 million whatever this says.
        largest_side: larger pictures are reduced to this many px on the longer side; None = never.

    Raises:
        ImageError: it cannot be read; says why.
    """
    with _opened(source, max_pixels) as (image, file):
        stays = largest_side is None or (file is not None and _storable(image, file, largest_side))
        lossless = stays or _is_lossless(image, largest_side or 0)
        rgb = as_rgb(image, largest_side)
        return rgb if lossless else decode_stored(_encoded(rgb, lossless=False))


def decode_stored(data: bytes | memoryview) -> Image.Image:
    """Turn bytes that `encode` returned into a PIL image in RGB, without the checks they have already passed."""
    image = Image.open(io.BytesIO(data), formats=STORED_FORMATS)
    image.load()
    return image


def encode(source: Source, *, max_pixels: int = MAX_PIXELS, largest_side: int = LARGEST_SIDE) -> Encoded:
    """Turn a path, encoded bytes or a PIL image into checked JPEG or PNG bytes for storage.

    The bytes of an upright JPEG or PNG in sRGB of at most `largest_side` px stay as they are. Of the others, those
    that come without loss and keep their size become PNG, the rest JPEG.

    Raises:
        ImageError: it cannot be read to its end; says why.
    """
    with _opened(source, max_pixels) as (image, file):
        if is_synthetic(image):
            raise SyntheticImage("image is synthetic, as its XMP says; a data set holds real ones")
        if file is not None and _storable(image, file, largest_side):
            image.draft("L", (PREVIEW, PREVIEW))  # reads a JPEG to its end at an eighth of its size: it finds damage
            preview = _preview(image)
            file.seek(0)
            return Encoded(file.read(), preview)
        lossless = _is_lossless(image, largest_side)
        rgb = as_rgb(image, largest_side)
        return Encoded(_encoded(rgb, lossless), _preview(rgb))


def _is_lossless(image: Image.Image, largest_side: int) -> bool:
    """Whether a picture that is stored anew becomes a PNG."""
    lossy = image.format in LOSSY_FORMATS or image.info.get("compression") in LOSSY_TIFF
    return not lossy and max(image.size) <= largest_side


def _preview(image: Image.Image) -> Image.Image:
    return image.reduce(max(1, min(image.size) // PREVIEW)).convert("L")


@contextmanager
def _opened(source: Source, max_pixels: int) -> Iterator[tuple[Image.Image, BinaryIO | None]]:
    """The image with its header read and its size checked, and its file; whatever Pillow raises is an `ImageError`."""
    try:
        with warnings.catch_warnings(), ExitStack() as stack:
            warnings.filterwarnings("ignore", module="PIL")  # an image is used or refused, with one reason
            if isinstance(source, Image.Image):
                _check_size(source.size, max_pixels)
                yield source.copy(), None
            else:
                file = stack.enter_context(_file(source))
                yield stack.enter_context(_header(file, max_pixels, stack)), file
    except ImageError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(f"image is too large: more than {max_pixels:,} pixels") from error
    except Exception as error:  # decoders raise OSError, SyntaxError, struct.error, ... on damaged files
        pass_on(error)
        raise ImageError(f"image is damaged, got {type(error).__name__}: {error}") from error


def _header(file: BinaryIO, max_pixels: int, stack: ExitStack) -> Image.Image:
    """The image with its size checked; samples of more than 8 bits are decoded already."""
    try:
        if is_tiff(file):
            page = picture_page(file)
            _check_size(page.size, max_pixels)
            _check_depth(page, max_pixels)
            _take_turn(page.size, stack)
            return tiff.picture(page, file)
        image = Image.open(file, formats=decoders())
    except UnidentifiedImageError as error:
        file.seek(0)
        raise ImageError(str(error) if is_tiff(file) else refusal(file.read(1024))) from error
    _check_size(image.size, min(max_pixels, WIDE.get(image.format or "", max_pixels)))
    if image.info.get("progressive") and (result := scans(file)) > MOST_SCANS:
        raise ImageError(f"image is painted over too often: more than {MOST_SCANS} scans, got {result:,}")
    _take_turn(image.size, stack)
    if image.format == "JPEG2000" and (profile := jp2_profile(file)):
        image.info[PROFILE] = profile
    return png.full_depth(image, file) if image.format == "PNG" else image


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


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if width * height > max_pixels:
        raise ImageError(f"image is too large: more than {max_pixels:,} pixels, got {width} x {height}")
    if min(width, height) < 2:
        raise ImageError(f"image is only a line or a point, got {width} x {height} pixels")


def _take_turn(size: tuple[int, int], stack: ExitStack) -> None:
    """Wait until no other thread decodes a large picture, until the stack is closed."""
    if size[0] * size[1] > ALONE:
        stack.enter_context(_TURN)


def _check_depth(page: Page, max_pixels: int) -> None:
    if page.bytes > MAX_BYTES * max_pixels:
        raise ImageError(f"image is too large: more than {MAX_BYTES * max_pixels:,} bytes, got {page.bytes:,}")


def _storable(image: Image.Image, file: BinaryIO, largest_side: int) -> bool:
    return (
        image.format in STORED_FORMATS
        and image.mode == "RGB"
        and max(image.size) <= largest_side
        and _size(file) <= 8 * image.width * image.height + 65536  # more is not picture
        and not image.has_transparency_data
        and is_srgb(image)
        and image.getexif().get(ORIENTATION, 1) == 1
    )


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
