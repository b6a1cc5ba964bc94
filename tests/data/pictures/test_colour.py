"""Colours of any profile in sRGB, against matrix and gamma arithmetic."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icc import ADOBE, PROPHOTO, SRGB, cmyk_profile, from_srgb, grey_profile, rgb_profile, srgb_encoded, to_srgb
from PIL import Image, ImageCms

from vbg_framework.data.pictures import colour

SPACES = {"ProPhoto": (PROPHOTO, 1.8), "Adobe RGB": (ADOBE, 2.2), "Apple-like": (SRGB, 1.8)}
REFERENCE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def shown(image, profile):
    image.info["icc_profile"] = profile
    return colour.to_srgb(image)


@pytest.mark.parametrize("name", SPACES)
@settings(max_examples=30, deadline=None)
@given(colours=st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=30))
def test_rgb_profiles_agree_with_arithmetic(name, colours):
    matrix, gamma = SPACES[name]
    image = Image.fromarray(np.array([colours], np.uint8))
    found = np.asarray(shown(image, rgb_profile(matrix, gamma)), float)
    steep = 6 if gamma == 1.8 else 3  # 8 bits of a dark colour are coarse where sRGB is steep
    np.testing.assert_allclose(found, to_srgb([colours], matrix, gamma), atol=steep)


@pytest.mark.parametrize("name", SPACES)
def test_a_colour_that_both_spaces_have_comes_back(name):
    colours = np.array([[150, 30, 30], [40, 120, 90], [255, 255, 255], [0, 0, 0], [128, 128, 128]])
    stored = Image.fromarray(from_srgb(colours, *SPACES[name])[None])
    assert abs(np.asarray(shown(stored, rgb_profile(*SPACES[name])), int)[0] - colours).max() <= 2


def test_grey_profiles_count():
    values = np.arange(256, dtype=np.uint8)[None]
    found = np.asarray(shown(Image.fromarray(values), grey_profile(1.0)).convert("L"), float)
    np.testing.assert_allclose(found, srgb_encoded(values / 255), atol=2)


def test_grey_with_an_rgb_profile_is_shown_through_it():
    found = shown(Image.new("L", (2, 2), 100), rgb_profile(SRGB, 1.0)).getpixel((0, 0))
    np.testing.assert_allclose(found, [srgb_encoded(100 / 255)] * 3, atol=2)


def test_inks_look_as_their_profile_says():
    corners = np.array([[95.0, 0, 0]] * 16)
    corners[1::2, 0] = 10  # black ink
    corners[4:8] = corners[4:8] * [0.5, 0, 0] + [0, 60, 40]  # magenta that prints red: C, M, Y, K = 0, 1, *, *
    found = shown(Image.new("CMYK", (2, 2), (0, 255, 0, 0)), cmyk_profile(corners)).getpixel((0, 0))
    assert found[0] > 150
    assert max(found[1:]) < 100
    assert min(shown(Image.new("CMYK", (2, 2)), cmyk_profile(corners)).getpixel((0, 0))) >= 250  # paper is white


def test_opacity_stays_as_it_is():
    for image in (Image.new("RGBA", (2, 2), (150, 30, 30, 77)), Image.new("LA", (2, 2), (90, 77))):
        found = shown(image, rgb_profile(PROPHOTO, 1.8))
        assert found.getpixel((0, 0))[3] == 77
        plain = shown(image.convert("RGB"), rgb_profile(PROPHOTO, 1.8))
        assert found.convert("RGB").getpixel((0, 0)) == plain.getpixel((0, 0))
    assert shown(Image.new("LA", (2, 2), (90, 77)), grey_profile(1.0)).getpixel((0, 0))[3] == 77


def test_srgb_is_known_by_what_it_does_not_by_its_name():
    image = Image.new("RGB", (2, 2), (150, 30, 30))
    for profile in (REFERENCE, REFERENCE.replace(b"sRGB", b"misc"), REFERENCE.replace(b"s\0R\0G\0B", b"m\0i\0s\0c")):
        image.info["icc_profile"] = profile
        assert colour.is_srgb(image)
        assert colour.to_srgb(image).getpixel((0, 0)) == (150, 30, 30)
    image.info["icc_profile"] = rgb_profile(SRGB, 1.8)
    assert not colour.is_srgb(image)


BROKEN = [b"", b"junk", REFERENCE[:200], REFERENCE[:-100], bytes(600), rgb_profile(np.zeros((3, 3)), 1.8)]


@pytest.mark.parametrize("profile", BROKEN)
def test_a_broken_profile_does_not_lose_the_picture(profile):
    for mode in ("RGB", "L", "CMYK", "RGBA"):
        image = Image.new(mode, (2, 2), "red")
        assert shown(image.copy(), profile).convert("RGB").tobytes() == image.convert("RGB").tobytes()


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_profile_never_raises(data):
    profile = bytearray(data.draw(st.sampled_from([REFERENCE, rgb_profile(ADOBE, 2.2), grey_profile(2.2)])))
    for place in data.draw(st.lists(st.integers(0, len(profile) - 1), min_size=1, max_size=10)):
        profile[place] = data.draw(st.integers(0, 255))
    assert shown(Image.new("RGB", (2, 2)), bytes(profile)).size == (2, 2)


def test_a_profile_for_other_channels_is_left_out():
    image = Image.new("RGB", (2, 2), (150, 30, 30))
    for profile in (grey_profile(1.0), cmyk_profile([[95.0, 0, 0], [10, 0, 0]] * 8)):
        assert shown(image.copy(), profile).getpixel((0, 0)) == (150, 30, 30)


def test_the_profile_goes_with_the_conversion():
    for profile in (REFERENCE, rgb_profile(ADOBE, 2.2), b"junk"):
        assert "icc_profile" not in shown(Image.new("RGB", (2, 2)), profile).info


def test_the_profile_of_a_jpeg_2000_file_is_found():
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "JPEG2000")
    assert colour.jp2_profile(buffer) is None
    profile = rgb_profile(ADOBE, 2.2)
    assert colour.jp2_profile(io.BytesIO(with_profile(buffer.getvalue(), profile))) == profile
    assert colour.jp2_profile(io.BytesIO(b"\xff\x4f\xff\x51" + bytes(50))) is None
    for end in range(0, 200, 7):
        colour.jp2_profile(io.BytesIO(with_profile(buffer.getvalue(), profile)[:end]))


def with_profile(jp2, profile):
    """The file with a box `colr` that holds the profile in place of its own."""
    place = jp2.index(b"jp2h") - 4
    size, end = int.from_bytes(jp2[place : place + 4], "big"), jp2.index(b"colr") - 4
    box = (len(profile) + 11).to_bytes(4, "big") + b"colr" + b"\2\0\0" + profile
    old = int.from_bytes(jp2[end : end + 4], "big")
    header = (size - old + len(box)).to_bytes(4, "big") + jp2[place + 4 : end] + box + jp2[end + old : place + size]
    return jp2[:place] + header + jp2[place + size :]
