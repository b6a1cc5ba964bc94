"""Any mode of picture as 8-bit RGB; what formats and profiles do is in `test_image` and `test_colour`."""

import pytest
from PIL import Image

from vbg_framework.data.pictures.rgb import as_rgb


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "LA", "RGBA", "I", "F"])
def test_every_mode_becomes_rgb_of_the_wanted_size(mode):
    found = as_rgb(Image.new(mode, (40, 20)), 10)
    assert (found.mode, found.size) == ("RGB", (10, 5))


def test_without_a_limit_the_size_stays():
    assert as_rgb(Image.new("L", (40, 20)), None).size == (40, 20)
