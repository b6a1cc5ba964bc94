"""The picture of the map."""

import io
import re

import numpy as np
from PIL import Image

from vbg_framework.ui.drawing import COLOURS, REST, drawn
from vbg_framework.ui.plane import Plane, read_area
from vbg_framework.ui.site import ASSETS


def picture(*places, groups, areas=()):
    return Image.open(io.BytesIO(drawn(Plane(np.array(places, float)), np.array(groups), areas)))


def test_a_record_is_a_dot_in_the_colour_of_its_group_and_small_groups_lie_on_top():
    image = picture((100, 200), (300, 400), (300, 400), (500, 500), (np.nan, np.nan), groups=[0, 1, 0, 8, 0])
    assert image.size == (1000, 1000)
    assert image.getpixel((100, 200)) == (*COLOURS[0], 255)
    assert image.getpixel((300, 400)) == (*COLOURS[1], 255)
    assert image.getpixel((500, 500)) == (*REST, 255)
    assert image.getpixel((0, 0))[3] == 0


def test_what_is_not_asked_for_is_faint_and_below_and_an_area_has_its_edge():
    image = picture((100, 100), (100, 100), (700, 700), groups=[2, -1, -1], areas=[read_area("50,50 150,150")])
    assert image.getpixel((100, 100)) == (*COLOURS[2], 255)
    assert image.getpixel((700, 700))[3] < 128
    assert image.getpixel((50, 100))[3] == 255


def test_the_style_sheet_has_the_same_colours():
    text = ASSETS["desk.css"][0].read_text()
    found = dict(re.findall(r"\.hue-(\d) { background: rgb\(([\d ]+)\)", text))
    assert found == {str(n): " ".join(map(str, colour)) for n, colour in enumerate(COLOURS, 1)}
