"""TIFF pages as pictures: however a picture is stored, it looks the same."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icc import D50, SRGB, srgb_linear
from PIL import Image
from tiff_writer import Layout, tiff

from vbg_framework.data.pictures.image import ImageError, decode, decode_stored, encode


def picture(size=(12, 17), seed=0):
    """RGB levels with a black and a white pixel."""
    values = np.random.default_rng(seed).integers(0, 256, (*size, 3))
    values[0, 0], values[0, 1] = 255, 0
    return values


def grey(levels):
    return np.repeat(levels[..., :1], 3, axis=-1)


def meant(levels, photometric):
    """Levels -> fractions as the photometric interpretation has them, (height, width, 1, 3 or 4)."""
    share = levels / 255
    inks = np.concatenate([1 - share, np.zeros((*share.shape[:2], 1))], -1)
    return {0: 1 - share[..., :1], 1: share[..., :1], 2: share, 5: inks}[photometric]


def whole(shares, bits):
    return np.rint(shares * (2**bits - 1)).astype(np.int64)


def shown(data):
    return np.asarray(decode(data)).astype(int)


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_a_picture_looks_the_same_however_it_is_stored(data):
    draw = data.draw
    levels = picture(draw(st.tuples(st.integers(2, 20), st.integers(2, 20))), draw(st.integers(0, 999)))
    photometric, kind = draw(st.sampled_from([0, 1, 2, 5])), draw(st.sampled_from("uuuf"))
    bits = draw(st.sampled_from([16, 32, 64] if kind == "f" else [8, 10, 12, 14, 16, 24, 32]))
    layout = {
        "order": draw(st.sampled_from("<>")),
        "apart": draw(st.booleans()),
        "tile": draw(st.sampled_from([0, 16])),
        "rows": draw(st.integers(1, 25)),
        "big": draw(st.booleans()),
        "compression": draw(st.sampled_from([1, 5, 8, 32773])),
        "fill": draw(st.sampled_from([1, 2])),
    }
    shares = meant(levels, photometric)
    content = tiff(shares if kind == "f" else whole(shares, bits), Layout(photometric, bits, kind, **layout))
    expected = grey(levels) if photometric < 2 else levels
    assert abs(shown(content) - expected).max() <= 2
    assert abs(np.asarray(decode_stored(encode(content).data)).astype(int) - expected).max() <= 2


@pytest.mark.parametrize("used", [8, 10, 12, 14])
@pytest.mark.parametrize("photometric", [0, 1, 2])
@pytest.mark.parametrize("order", "<>")
def test_bits_that_are_not_used_do_not_darken_a_picture(used, photometric, order):
    levels = picture()
    values = whole(meant(levels, photometric), used)
    expected = grey(levels) if photometric < 2 else levels
    assert abs(shown(tiff(values, Layout(photometric, 16, order=order))) - expected).max() <= 1
    if photometric == 0:  # turned within all 16 bits
        values = 65535 - whole(meant(levels, 1), used)
        assert abs(shown(tiff(values, Layout(0, 16, order=order))) - expected).max() <= 1


def test_stated_ranges_count():
    dark = whole(meant(picture() // 20, 1), 16)  # at most 12 of 255 levels: 12 bits would hold them
    assert shown(tiff(dark, bits=16)).max() == 255 * dark.max() // 4095
    for tags in ({281: [65535]}, {341: [65535]}):
        assert abs(shown(tiff(dark, bits=16, tags=tags)) - grey(picture() // 20)).max() <= 1
    assert abs(shown(tiff(whole(meant(picture(), 1), 16), bits=16, tags={281: [4095]})) - grey(picture())).max() <= 1
    ten_thousand = np.rint(meant(picture(), 1) * 10_000).astype(int)
    assert abs(shown(tiff(ten_thousand, bits=16, tags={341: [10_000]})) - grey(picture())).max() <= 1
    share = meant(picture(), 1) * 40 - 10
    assert abs(shown(tiff(share, bits=32, kind="f", tags={340: [-10.0], 341: [30.0]})) - grey(picture())).max() <= 1


@pytest.mark.parametrize("bits", [8, 16, 32])
def test_signed_samples_run_from_their_least_value(bits):
    values = whole(meant(picture(), 1), bits) - 2 ** (bits - 1)
    assert abs(shown(tiff(values, bits=bits, kind="i")) - grey(picture())).max() <= 1
    positive = whole(meant(picture(), 1), bits - 1)
    assert abs(shown(tiff(positive, bits=bits, kind="i")) - grey(picture())).max() <= 1


@pytest.mark.parametrize("bits", [8, 16])
def test_black_is_zero_where_the_file_does_not_say(bits):
    for photometric in (1, 2):
        content = tiff(whole(meant(picture(), photometric), bits), Layout(photometric, bits))
        entry = content.index(struct.pack("<HHI", 262, 4, 1))
        without = content[:entry] + struct.pack("<H", 263) + content[entry + 2 :]
        expected = grey(picture()) if photometric == 1 else picture()
        assert abs(shown(without) - expected).max() <= 1


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_few_bits_are_spread_over_all_levels(bits):
    coarse = np.rint(picture() / 255 * (2**bits - 1)).astype(int)
    expected = np.rint(coarse * 255 / (2**bits - 1)).astype(int)
    for photometric in (0, 1):
        values = coarse[..., :1] if photometric else 2**bits - 1 - coarse[..., :1]
        assert abs(shown(tiff(values, Layout(photometric, bits))) - grey(expected)).max() <= 1
    assert abs(shown(tiff(coarse, Layout(2, bits))) - expected).max() <= 1


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("photometric", [1, 2])
@pytest.mark.parametrize("premultiplied", [False, True])
def test_transparent_pixels_lie_on_white(bits, photometric, premultiplied):
    levels, alpha = picture(), np.random.default_rng(1).integers(0, 256, (12, 17, 1))
    colours = meant(levels, photometric)
    stored = colours * alpha / 255 if premultiplied else colours
    values = whole(np.concatenate([stored, alpha / 255], -1), bits)
    layout = Layout(photometric, bits, tags={338: [1 if premultiplied else 2]})
    opaque = grey(levels) if photometric == 1 else levels
    expected = (opaque * alpha + 255 * (255 - alpha)) / 255
    assert abs(shown(tiff(values, layout)) - expected).max() <= 2


@pytest.mark.parametrize("bits", [8, 16])
def test_other_extra_channels_are_left_out(bits):
    values = whole(np.concatenate([meant(picture(), 2), np.zeros((12, 17, 1))], -1), bits)
    assert abs(shown(tiff(values, Layout(2, bits, tags={338: [0]}))) - picture()).max() <= 1
    values = whole(np.concatenate([meant(picture(), 5), np.ones((12, 17, 1))], -1), bits)
    assert abs(shown(tiff(values, Layout(5, bits, tags={338: [0]}))) - picture()).max() <= 1


def cielab(levels):
    """sRGB levels -> L in 0..100, a, b (CIE 15; white D50)."""
    xyz = srgb_linear(levels) @ np.array(SRGB).T / D50
    root = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("photometric", [8, 9])
def test_lab_becomes_srgb(photometric, bits, order):
    levels = np.array([[[150, 30, 30], [40, 120, 90], [128, 128, 128], [250, 250, 250], [5, 5, 5], [90, 60, 160]]] * 2)
    lab, step = cielab(levels), 2 ** (bits - 8)
    white = 65280 if (photometric, bits) == (9, 16) else 2**bits - 1
    offset = 128 * step if photometric == 9 else 0
    values = np.rint(np.stack([lab[..., 0] / 100 * white, *(np.moveaxis(lab[..., 1:], -1, 0) * step + offset)], -1))
    content = tiff(values.astype(int) & (2**bits - 1), Layout(photometric, bits, order=order))
    assert abs(shown(content) - levels).max() <= 6  # a step of a or b is up to five levels


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("bits", [8, 16])
def test_pages_stand_upright(orientation, bits):
    levels = picture()
    turned = {
        **{1: levels, 2: levels[:, ::-1], 3: levels[::-1, ::-1], 4: levels[::-1]},
        **{5: levels.swapaxes(0, 1), 6: np.rot90(levels, -1), 7: levels[::-1, ::-1].swapaxes(0, 1)},
        8: np.rot90(levels),
    }
    content = tiff(whole(meant(levels, 2), bits), Layout(2, bits, tags={274: [orientation]}))
    assert abs(shown(content) - turned[orientation]).max() <= 1


def test_the_page_in_full_resolution_is_shown():
    small, large = whole(meant(picture((4, 4)), 2), 8), whole(meant(picture((40, 40)), 2), 16)
    for tags in ({}, {254: [1]}):
        content = tiff([(small, Layout(2, 8, tags=tags)), (large, Layout(2, 16))])
        assert abs(shown(content) - picture((40, 40))).max() <= 1
        content = tiff([(small, Layout(2, 16, tags=tags)), (large // 257, Layout(2, 8))])
        assert abs(shown(content) - picture((40, 40))).max() <= 1


def test_what_no_way_reads_is_named():
    with pytest.raises(ImageError, match="TIFF with such samples is not read, got photometric interpretation 32803"):
        decode(tiff(whole(meant(picture(), 1), 16), Layout(32803, 16)))
    with pytest.raises(ImageError, match="is not read, got photometric interpretation 8, .32, 32, 32. bits"):
        decode(tiff(whole(meant(picture(), 2), 32), Layout(8, 32)))


def test_samples_that_would_fill_the_memory_are_refused():
    content = tiff(meant(picture(), 5), Layout(5, 64, "f"))
    with pytest.raises(ImageError, match="too large: more than 1,632 bytes, got 6,528"):
        decode(content, max_pixels=204)


def test_a_page_without_loss_is_stored_without_loss_and_others_as_jpeg():
    def kind(data):
        return Image.open(io.BytesIO(encode(data).data)).format

    buffer = io.BytesIO()
    Image.fromarray(picture((40, 40)).astype(np.uint8)).save(buffer, "TIFF", compression="jpeg")
    assert kind(buffer.getvalue()) == "JPEG"
    assert kind(tiff(whole(meant(picture(), 2), 16), Layout(2, 16, compression=8))) == "PNG"
