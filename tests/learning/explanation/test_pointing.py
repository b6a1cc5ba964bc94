"""Whether a map of a picture agrees with regions that people marked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vbg_framework.learning.explanation.pointing import covered, pointing

QUARTER = (0, 0, 50, 50)


def heat(**cells):
    result = np.full((8, 8), -0.1)
    for name, value in cells.items():
        result[int(name[1]), int(name[2])] = value
    return result


def test_the_hottest_cell_and_the_share_of_what_speaks_for_the_class_lie_inside_or_not():
    found = pointing(heat(c11=0.6, c67=0.2), [QUARTER])
    assert found == (True, pytest.approx(0.75), pytest.approx(0.25))
    found = pointing(heat(c11=0.2, c67=0.6), [QUARTER])
    assert found == (False, pytest.approx(0.25), pytest.approx(0.25))


def test_where_nothing_speaks_for_the_class_no_share_is_told():
    assert pointing(heat(), [QUARTER]).inside is None


def test_a_map_that_is_the_same_everywhere_has_the_share_of_the_area():
    found = pointing(np.ones((8, 8)), [(10, 20, 30, 40), (10, 20, 30, 40)])
    assert found.inside == pytest.approx(found.area) == pytest.approx(0.12, abs=0.002)


@settings(max_examples=20)
@given(st.lists(st.tuples(*[st.integers(0, 99)] * 2, *[st.integers(1, 100)] * 2), min_size=1, max_size=4))
def test_regions_count_once_where_they_overlap(boxes):
    cells = {(x, y) for left, top, width, height in boxes
             for x in range(left, min(100, left + width)) for y in range(top, min(100, top + height))}  # fmt: skip
    assert covered(boxes).mean() == pytest.approx(len(cells) / 10_000)
