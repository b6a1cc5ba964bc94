"""Which page of a TIFF is the picture."""

import io
import struct

import numpy as np
import pytest
from tiff_writer import Layout, tiff

from vbg_framework.data.pictures.tiff_page import is_tiff, picture_page

SMALL, LARGE, HUGE = np.zeros((30, 40, 1)), np.zeros((60, 80, 1)), np.zeros((300, 400, 1))
REDUCED = {254: [1]}


def pages(*found):
    data = tiff([(values, Layout(tags=dict(tags))) for values, tags in found])
    return picture_page(io.BytesIO(data)).size


def test_the_first_page_counts():
    assert pages((LARGE, {}), (SMALL, {})) == (80, 60)
    assert pages((LARGE, {254: [2]}), (HUGE, REDUCED)) == (80, 60)
    assert pages((HUGE, {}), (np.zeros((900, 900, 1)), {})) == (400, 300)


def test_a_thumbnail_that_comes_first_gives_way():
    assert pages((SMALL, {}), (LARGE, {})) == (80, 60)
    assert pages((SMALL, {}), (np.zeros((59, 80, 1)), {}), (HUGE, {})) == (400, 300)
    assert pages((HUGE, REDUCED), (SMALL, {})) == (40, 30)


def test_a_mask_is_no_picture():
    assert pages((LARGE, {254: [4]}), (LARGE, REDUCED), (SMALL, {})) == (40, 30)


def test_of_reduced_pages_alone_the_largest_counts():
    assert pages((SMALL, REDUCED), (LARGE, REDUCED), (SMALL, REDUCED)) == (80, 60)
    assert pages((SMALL, REDUCED)) == (40, 30)


def test_raw_values_of_a_camera_are_passed_over():
    assert pages((SMALL, REDUCED), (HUGE, {262: [32803]}), (LARGE, REDUCED)) == (80, 60)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("big", [False, True])
def test_a_sub_page_may_be_the_picture(order, big):
    layout = {"order": order, "big": big}
    first = tiff([(SMALL, Layout(**layout, tags=REDUCED | {330: [0]})), (LARGE, Layout(**layout))])
    file = io.BytesIO(first)
    second = picture_page(file).place
    word, start = (order + "Q", 8) if big else (order + "I", 4)
    (place,) = struct.unpack_from(word, first, start)
    linked = bytearray(first)
    entry = struct.pack(order + ("HHQ" if big else "HHI"), 330, 4, 1)
    at = first.index(entry, place) + len(entry)
    struct.pack_into(order + "I", linked, at, second)
    count = struct.unpack_from(order + ("Q" if big else "H"), first, place)[0]
    end = place + (8 if big else 2) + count * (20 if big else 12)
    struct.pack_into(word, linked, end, 0)  # no next page
    assert picture_page(io.BytesIO(bytes(linked))).size == (80, 60)


def test_pages_in_a_circle_end():
    data = bytearray(tiff([(SMALL, Layout()), (SMALL, Layout())]))
    (place,) = struct.unpack_from("<I", data, 4)
    data[-4:] = struct.pack("<I", place)
    assert picture_page(io.BytesIO(bytes(data))).size == (40, 30)


def test_damage_behind_the_first_page_does_no_harm():
    data = tiff([(SMALL, Layout()), (LARGE, Layout())])
    assert picture_page(io.BytesIO(data[:-20])).size == (40, 30)


@pytest.mark.parametrize("end", [4, 8, 12])
def test_a_damaged_first_page_is_an_error(end):
    with pytest.raises((ValueError, struct.error)):
        picture_page(io.BytesIO(tiff(SMALL)[:end]))


def test_tiff_is_known_by_its_first_bytes():
    assert is_tiff(io.BytesIO(tiff(SMALL)))
    assert is_tiff(io.BytesIO(tiff(SMALL, order=">", big=True)))
    assert not is_tiff(io.BytesIO(b"II"))
    assert not is_tiff(io.BytesIO(b"\x89PNG"))


def test_a_page_says_what_it_is():
    page = picture_page(io.BytesIO(tiff(SMALL, bits=12, photometric=0, compression=8)))
    assert str(page) == "photometric interpretation 0, (12,) bits, sample format 1, compression 8"
    assert not page.is_lossy
