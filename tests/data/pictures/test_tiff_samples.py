"""The samples of TIFF pages, against what a plain writer stored."""

import contextlib
import io
import itertools
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiff_writer import tiff

from vbg_framework.data.pictures.tiff_page import picture_page
from vbg_framework.data.pictures.tiff_samples import is_readable, samples


def read(data):
    file = io.BytesIO(data)
    page = picture_page(file)
    assert is_readable(page)
    return samples(page, file)


def stored(bits, channels=3, kind="u", size=(13, 21)):
    rng = np.random.default_rng(bits)
    if kind == "f":
        return rng.normal(size=(*size, channels)).astype(f"f{bits // 8}")
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1)) if kind == "i" else (0, 2**bits)
    return rng.integers(low, high, (*size, channels))


@pytest.mark.parametrize("bits", [1, 2, 3, 4, 7, 8, 10, 12, 14, 16, 24, 32])
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("tile", [0, 16])
def test_any_number_of_bits_comes_back(bits, order, tile):
    for apart, fill in itertools.product((False, True), (1, 2)):
        values = stored(bits)
        data = tiff(values, bits=bits, order=order, tile=tile, apart=apart, fill=fill, photometric=2)
        np.testing.assert_array_equal(read(data), values)


@pytest.mark.parametrize(("kind", "bits"), [("i", 8), ("i", 16), ("i", 32), ("f", 16), ("f", 32), ("f", 64)])
@pytest.mark.parametrize("order", "<>")
def test_signed_and_floating_point_samples_come_back(kind, bits, order):
    values = stored(bits, 1, kind)
    found = read(tiff(values, bits=bits, kind=kind, order=order))
    assert found.dtype == np.dtype(f"{kind}{bits // 8}")
    np.testing.assert_array_equal(found, values)


@pytest.mark.parametrize(
    ("compression", "predictor"), [(32773, 1), *itertools.product([5, 8, 32946, 34925, 50000], [1, 2, 3])]
)
@pytest.mark.parametrize("tile", [0, 16])
def test_compressed_samples_come_back(compression, predictor, tile):
    for order, apart in itertools.product("<>", (False, True)):
        kind, bits = ("f", 32) if predictor == 3 else ("u", 16)
        values = stored(bits, 3, kind)
        options = {"predictor": predictor, "tile": tile, "order": order, "apart": apart, "kind": kind, "bits": bits}
        np.testing.assert_array_equal(read(tiff(values, compression=compression, photometric=2, **options)), values)


def test_big_tiff_comes_back():
    values = stored(16)
    np.testing.assert_array_equal(read(tiff(values, bits=16, big=True, photometric=2)), values)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_raises_value_errors_or_nothing(data):
    compression = data.draw(st.sampled_from([1, 8]))
    content = bytearray(tiff(stored(16), bits=16, photometric=2, compression=compression))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    file = io.BytesIO(bytes(content))
    with contextlib.suppress(ValueError, struct.error, zlib.error, KeyError, OverflowError):
        page = picture_page(file)
        if is_readable(page) and page.bytes < 1e6:
            samples(page, file)


def test_a_file_that_breaks_off_is_no_picture():
    data = tiff(stored(16), bits=16, photometric=2)
    for end in (5, 10, 100, len(data) // 2, len(data) - 20):
        with pytest.raises(ValueError, match="breaks off"):
            read(data[:end])


def test_strips_that_break_off_are_no_picture():
    for compression in (1, 8):
        data = tiff(stored(16), bits=16, photometric=2, compression=compression)
        page = picture_page(io.BytesIO(data))
        page.tags[279] = (3, 3, 3)
        with pytest.raises((ValueError, zlib.error), match="breaks off|incomplete"):
            samples(page, io.BytesIO(data))
        page.tags[279] = page.tags[273] = (8, 8)
        with pytest.raises(ValueError, match="strips or tiles are missing, got 2 of 3"):
            samples(page, io.BytesIO(data))
