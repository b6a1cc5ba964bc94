"""PNG with 16 bits per channel."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from vbg_framework.data.pictures.image import decode, decode_stored, encode


def png(values, kind, extra=b""):
    """A 16-bit PNG of samples (height, width, channels); kind 0 = grey, 2 = RGB, 4 = with opacity, 6 = RGBA."""
    height, width, _ = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)), (b"IDAT", zlib.compress(rows))]
    if extra:
        parts.insert(1, (b"tRNS", extra))
    parts.append((b"IEND", b""))
    packed = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def picture(seed=0):
    values = np.random.default_rng(seed).integers(0, 256, (12, 17, 3))
    values[0, 0] = 255
    return values


def pixels(image):
    return np.asarray(image).astype(int)


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("read", [decode, lambda data: decode_stored(encode(data).data)])
def test_unused_upper_bits_do_not_darken_a_picture(bits, read):
    values = np.rint(picture() / 255 * (2**bits - 1)).astype(int)
    assert abs(pixels(read(png(values, 2))) - picture()).max() <= 1
    opaque = np.full((*values.shape[:2], 1), 2**bits - 1)
    assert abs(pixels(read(png(np.concatenate([values, opaque], -1), 6))) - picture()).max() <= 1
    opaque[:] = 65535
    assert abs(pixels(read(png(np.concatenate([values, opaque], -1), 6))) - picture()).max() <= 1
    assert abs(pixels(read(png(values[..., :1], 0)))[..., 0] - picture()[..., 0]).max() <= 1


def test_a_transparent_value_of_16_bits_lies_on_white():
    values = picture()[..., :1] * 257
    values[3, 4] = 515  # between two levels
    found = pixels(decode(png(values, 0, struct.pack(">H", 515))))
    assert found[3, 4].tolist() == [255, 255, 255]
    values[3, 4] = 65535
    np.testing.assert_array_equal(found[..., 0], values[..., 0] // 257)
    colours = picture() * 257
    colours[3, 4] = (515, 1285, 2570)
    assert pixels(decode(png(colours, 2, struct.pack(">3H", 515, 1285, 2570))))[3, 4].tolist() == [255, 255, 255]


def test_profile_and_orientation_survive_scaling():
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.open(io.BytesIO(png(picture() * 16, 2))).save(buffer, "PNG", exif=exif)
    data = png(picture() * 16, 2)
    start, end = (buffer.getvalue().index(b"eXIf") - 4, 0)
    end = start + 12 + struct.unpack(">I", buffer.getvalue()[start : start + 4])[0]
    turned = data[:33] + buffer.getvalue()[start:end] + data[33:]
    assert abs(pixels(decode(turned)) - np.rot90(picture(), -1)).max() <= 1
