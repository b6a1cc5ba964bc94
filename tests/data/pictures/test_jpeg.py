"""How often a JPEG is painted over."""

import io

import pytest
from PIL import Image

from vbg_framework.data.pictures import jpeg
from vbg_framework.data.pictures.image import ImageError, decode
from vbg_framework.data.pictures.jpeg import scans


def progressive(times):
    """A progressive JPEG whose last scan stands there so often."""
    out = io.BytesIO()
    Image.effect_noise((64, 64), 90).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * (times - 1) + data[-2:]


def test_scans_are_counted_also_where_blocks_meet(monkeypatch):
    whole = scans(io.BytesIO(progressive(5)))
    assert whole == scans(io.BytesIO(progressive(1))) + 4
    monkeypatch.setattr(jpeg, "BLOCK", 1)
    assert scans(io.BytesIO(progressive(5))) == whole


def test_a_picture_that_is_painted_over_for_ever_is_refused():
    assert decode(progressive(1)).size == (64, 64)
    with pytest.raises(ImageError, match="painted over too often: more than 100 scans"):
        decode(progressive(200))
