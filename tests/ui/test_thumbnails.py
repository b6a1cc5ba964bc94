"""Small pictures."""

import io

from PIL import Image

from vbg_framework.ui.thumbnails import PNG, SIDE, reduced


def test_a_picture_is_made_small_once_and_keeps_its_shape():
    buffer = io.BytesIO()
    Image.new("RGB", (1000, 500), "teal").save(buffer, "PNG")
    small = Image.open(io.BytesIO(reduced(buffer.getvalue())))
    assert small.size == (SIDE, SIDE // 2)
    assert all(abs(a - b) < 6 for a, b in zip(small.getpixel((5, 5)), (0, 128, 128), strict=True))


def test_small_pictures_are_kept_and_whole_ones_are_as_they_are_stored(bench):
    assert bench.thumbnails.small(0) is bench.thumbnails.small(0)
    stored = bench.collection.prepared.table[0]["image"]
    data, kind = bench.thumbnails.whole(0)
    assert data == stored["bytes"] if isinstance(stored, dict) else data
    assert (kind == PNG) == data.startswith(b"\x89PNG")


def test_a_data_set_without_pictures_has_none(hostile):
    assert hostile.thumbnails.key(0) == ""
    assert hostile.thumbnails.small(0) is None
