"""The histograms, against colours and regions that are known."""

import numpy as np
import pytest
from PIL import Image
from vbg_colour_histogram.histogram import histograms, lab

SMALL = {"lightness": 4, "hue": 6, "size": 96}


@pytest.mark.parametrize(
    ("rgb", "expected"),  # CIE 1976 L*a*b* of the corners of sRGB under D65, as the standards give them
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((119, 119, 119), (50.03, 0, 0)),
    ],
)
def test_known_colours_have_their_known_lab(rgb, expected):
    assert np.allclose(lab(np.array(rgb, np.uint8)), expected, atol=0.02)


def test_a_picture_of_one_colour_fills_one_bin_everywhere():
    found = histograms(Image.new("RGB", (50, 30), (20, 90, 160)), levels=3, **SMALL)
    assert found.shape == (21, 4 * 6 * 6)
    assert (found.max(1) == 1).all()
    assert len(set(found.argmax(1))) == 1


def test_regions_are_told_apart_row_by_row():
    image = Image.new("RGB", (40, 40), "white")
    image.paste((200, 30, 30), (20, 0, 40, 20))  # the upper right quarter
    whole, *quarters = histograms(image, levels=2, **SMALL)
    assert np.allclose(sorted(whole[whole > 0] ** 2), [0.25, 0.75])
    assert [row.argmax() for row in quarters].count(quarters[0].argmax()) == 3
    assert quarters[1].argmax() != quarters[0].argmax()


@pytest.mark.parametrize("shape", [(1, 1), (3, 400), (2000, 5), (96, 96)])
def test_pictures_of_any_shape_have_histograms_that_sum_to_one(shape):
    found = histograms(Image.new("RGB", shape, "grey"), levels=4, **SMALL)
    assert np.allclose((found**2).sum(1), 1)


def test_the_size_of_a_picture_hardly_matters():
    noise = np.random.default_rng(0).integers(0, 256, (6, 6, 3), np.uint8)
    images = [Image.fromarray(noise).resize((side, side), Image.Resampling.NEAREST) for side in (48, 96, 480)]
    small, middle, large = (histograms(image, levels=1, **SMALL)[0] for image in images)
    assert small @ middle == pytest.approx(1)
    assert middle @ large > 0.8
