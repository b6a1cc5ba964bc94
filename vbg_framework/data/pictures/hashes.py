"""Two fingerprints of an image: a digest of its bytes, and a perceptual hash."""

from __future__ import annotations

import hashlib

import imagehash
import numpy as np
from PIL import Image

SIDE = 16  # of the perceptual hash: 16 x 16 bits
BITS = SIDE * SIDE
BLACK = 32  # of 255; scanners and padding are not blacker than this
PLAIN = 4.0  # standard deviation of the grey values below which there is nothing to see


def sha256(data: bytes) -> str:
    """64 hexadecimal digits; equal for equal bytes only."""
    return hashlib.sha256(data).hexdigest()


def phash(preview: Image.Image) -> str | None:
    """What a picture looks like: 256 bits as 64 hexadecimal digits, or None if it is blank.

    Few of them differ after compressing, resizing or slight cropping (the discrete cosine transform hash of
    `imagehash`). A black border is left out first, otherwise all padded pictures would look alike.

    Args:
        preview: the picture in grey.
    """
    inner = _without_border(preview)
    if np.asarray(inner).std() < PLAIN:
        return None
    return np.packbits(imagehash.phash(inner, hash_size=SIDE).hash).tobytes().hex()


def _without_border(image: Image.Image) -> Image.Image:
    light = np.asarray(image) > BLACK
    rows, columns = (np.flatnonzero(light.mean(axis) > 0.02) for axis in (1, 0))
    if min(len(rows), len(columns)) < SIDE // 2:
        return image
    return image.crop((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
