"""Pixels against the arithmetic of the standards."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from vbg_framework.data.colour import ColourError, flat, is_srgb

PROPHOTO = np.array([[0.7977, 0.1352, 0.0313], [0.2880, 0.7119, 0.0001], [0.0, 0.0, 0.8249]])
"""RGB to XYZ (D50): ISO 22028-2."""
SRGB = np.array([[0.4361, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7141]])
"""RGB to XYZ (D50): IEC 61966-2-1, adapted."""


def profile(matrix, gamma):
    """A minimal ICC profile (ICC.1:2001) of a matrix and one gamma."""

    def fixed(value):
        return struct.pack(">i", round(value * 65536))

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    tags = {b"wtpt": b"XYZ \0\0\0\0" + b"".join(map(fixed, (0.9642, 1.0, 0.8249)))}
    for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), matrix.T, strict=True):
        tags[name] = b"XYZ \0\0\0\0" + b"".join(map(fixed, column))
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    tags[b"desc"] = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(79)
    tags[b"cprt"] = b"text\0\0\0\0none\0"
    table, body, offset = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, content in tags.items():
        content += bytes(-len(content) % 4)
        table += name + struct.pack(">II", offset + len(body), len(content))
        body += content
    head = struct.pack(">I4sI4s4s4s", offset + len(body), bytes(4), 0x02400000, b"mntr", b"RGB ", b"XYZ ") + bytes(12)
    head += b"acsp" + bytes(28) + b"".join(map(fixed, (0.9642, 1.0, 0.8249)))
    return head + bytes(128 - len(head)) + table + body


def to_srgb(colour, matrix, gamma):
    """The slow way: linear light, XYZ, linear sRGB, its transfer function."""
    linear = np.linalg.inv(SRGB) @ (matrix @ (np.array(colour) / 255) ** gamma)
    linear = linear.clip(0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("colour", [(150, 90, 80), (80, 110, 100), (200, 180, 160), (20, 20, 20)])
def test_colours_of_a_wide_profile_become_those_of_srgb(colour):
    image = Image.new("RGB", (4, 4), colour)
    image.info["icc_profile"] = profile(PROPHOTO, 1.8)
    assert np.abs(np.array(flat(image).getpixel((0, 0))) - to_srgb(colour, PROPHOTO, 1.8)).max() < 3
    assert "icc_profile" not in flat(image).info


def test_a_profile_counts_as_srgb_by_what_it_does():
    assert is_srgb(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    assert is_srgb(None)
    assert is_srgb(b"broken")
    assert not is_srgb(profile(PROPHOTO, 1.8))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "LAB", "P", "RGBA", "LA", "PA", "1"])
def test_a_broken_profile_loses_no_picture(mode):
    image = Image.new("RGB", (4, 4), (120, 120, 120)).convert("L").convert(mode if mode != "LAB" else "L")
    image.info["icc_profile"] = b"broken"
    assert flat(image).mode == "RGB"


def test_transparent_parts_lie_on_white_and_a_profile_is_followed_beside_them():
    image = Image.new("RGBA", (2, 1), (150, 90, 80, 255))
    image.putpixel((1, 0), (0, 0, 0, 0))
    image.info["icc_profile"] = profile(PROPHOTO, 1.8)
    solid, clear = (flat(image).getpixel((place, 0)) for place in (0, 1))
    assert clear == (255, 255, 255)
    assert np.abs(np.array(solid) - to_srgb((150, 90, 80), PROPHOTO, 1.8)).max() < 3


def test_lab_is_what_the_colour_science_says():
    image = Image.new("LAB", (2, 2), (128, 128, 128))  # L* 50, a* b* 0: middle grey
    assert np.abs(np.array(flat(image).getpixel((0, 0))) - 119).max() <= 1


RAMP = np.linspace(0, 1, 256).reshape(16, 16)


def tiff(bits, white_is_zero, little=True):
    """A grey TIFF of 8 or 16 stored bits, written by hand (TIFF 6.0)."""
    stored = 8 if bits == 8 else 16
    values = ((1 - RAMP) if white_is_zero else RAMP) * (2**bits - 1)
    order = "<" if little else ">"
    pixels = values.round().astype(f"{order}u{stored // 8}").tobytes()
    entries = [(256, 16), (257, 16), (258, stored), (259, 1), (262, 0 if white_is_zero else 1), (273, 8)]
    entries += [(277, 1), (278, 16), (279, len(pixels))]
    body = struct.pack(f"{order}H", len(entries))
    for tag, value in entries:
        body += struct.pack(f"{order}HHII", tag, 4, 1, value)
    head = (b"II*\0" if little else b"MM\0*") + struct.pack(f"{order}I", 8 + len(pixels))
    return head + pixels + body + bytes(4)


@settings(max_examples=30, deadline=None)
@given(bits=st.sampled_from([8, 10, 12, 14, 16]), white_is_zero=st.booleans(), little=st.booleans())
def test_one_picture_decodes_alike_from_any_depth_and_interpretation(bits, white_is_zero, little):
    if white_is_zero and not little and bits != 8:
        return  # Pillow reads no such file; it is named
    image = Image.open(io.BytesIO(tiff(bits, white_is_zero, little)))
    image.load()
    assert np.abs(np.asarray(flat(image)).astype(int)[:, :, 0] - np.round(RAMP * 255)).max() <= 2


def test_a_dark_picture_of_sixteen_bits_in_a_png_stays_dark():
    buffer = io.BytesIO()
    Image.fromarray(np.full((4, 4), 2000, np.uint16)).save(buffer, "PNG")
    image = Image.open(buffer)
    image.load()
    assert flat(image).getpixel((0, 0)) == (8, 8, 8)


def test_colours_in_the_lowest_bits_of_sixteen_are_named_not_black():
    values = np.full((4, 4, 3), 4000, "<u2").tobytes()
    entries = [(256, 4), (257, 4), (259, 1), (262, 2), (273, 8), (277, 3), (278, 4), (279, len(values))]
    body, place = b"", 8 + len(values)
    for tag, value in sorted([*entries, (258, place)]):
        kind, count = (3, 3) if tag == 258 else (4, 1)
        body += struct.pack("<HHII", tag, kind, count, value)
    file = b"II*\0" + struct.pack("<I", place + 6) + values + struct.pack("<3H", 16, 16, 16)
    image = Image.open(io.BytesIO(file + struct.pack("<H", 9) + body + bytes(4)))
    image.load()
    with pytest.raises(ColourError, match="lowest 12 of their 16 bits"):
        flat(image)
