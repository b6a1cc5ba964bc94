"""Where records lie on the map, and which lie within an area."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.path import Path as Line

from vbg_framework.base.errors import VBGError
from vbg_framework.runs.evidence.embedding import Embedding
from vbg_framework.ui.plane import CORNERS, MARGIN, SIDE, Plane, read_area, written


def embedding(count=40, order=None):
    """Records of two inputs; the last one has none."""
    draws = np.random.default_rng(0)
    vectors = {"image": draws.normal(size=(count, 6)) * [5, 3, 1, 1, 1, 1], "text": draws.normal(size=(count, 3))}
    present = {name: np.arange(count) < count - 1 for name in vectors}
    order = np.arange(count) if order is None else order
    kept = ({name: each[order] for name, each in kind.items()} for kind in (vectors, present))
    return Embedding([f"r{number}" for number in order], *kept)


def laid(**options):
    made = embedding(**options)
    return Plane.of(made, {f"r{number}": number for number in range(40)}, 40)


def test_it_shows_the_two_principal_components_on_one_scale():
    x = embedding().joint()[:-1].astype(float)
    u, s, _ = np.linalg.svd(x - x.mean(0), full_matrices=False)
    found, expected = laid().places[:-1], u[:, :2] * s[:2]
    signs = np.sign([np.corrcoef(found[:, axis], expected[:, axis])[0, 1] for axis in (0, 1)])
    scaled = (found - found.mean(0)) / (expected * signs).std(0)
    np.testing.assert_allclose(scaled / scaled.std(), (expected * signs) / expected.std(0), atol=0.02)
    assert np.isnan(laid().places[-1]).all()
    assert laid().around(39) == ""


def test_the_order_of_records_moves_none():
    order = np.random.default_rng(1).permutation(40)
    np.testing.assert_allclose(laid(order=order).places, laid().places, atol=1e-2)


def test_all_lie_between_the_margins_and_a_collection_of_nothing_nowhere():
    places = laid().places[:-1]
    assert (places >= MARGIN - 1e-6).all()
    assert (places <= SIDE - MARGIN + 1e-6).all()
    nothing = Embedding(["a"], {"text": np.zeros((1, 2))}, {"text": np.ones(1, bool)})
    assert np.isnan(Plane.of(nothing, {"a": 0}, 1).places).all()


@given(st.lists(st.tuples(st.integers(0, SIDE), st.integers(0, SIDE)), min_size=3, max_size=12), st.integers(0, 99))
def test_an_area_holds_what_its_line_runs_around(corners, seed):
    places = np.random.default_rng(seed).uniform(0, SIDE, (50, 2))
    triangle = np.array(corners[:3], float)  # lines that cross themselves are counted otherwise by others
    expected = Line(np.vstack([triangle, triangle[:1]]), closed=True).contains_points(places)
    assert (Plane(places).within(triangle) == expected).all()


def test_two_corners_are_a_rectangle_and_the_square_around_a_record_holds_it():
    plane = Plane(np.array([[100.0, 100], [500, 500], [130, 90]]))
    assert plane.within(read_area("0,0 200,300")).tolist() == [True, False, True]
    assert plane.within(read_area("200,300 0,0")).tolist() == [True, False, True]
    assert plane.within(read_area(plane.around(1))).tolist() == [False, True, False]


@pytest.mark.parametrize(
    "text", ["1", "1,2", "1,2,3 4,5,6", "a,b c,d", "1,2 9999999999999999999,3", written([(0, 0)] * (CORNERS + 1)), "é"]
)
def test_what_is_no_area_is_named(text):
    with pytest.raises(VBGError, match="corners"):
        read_area(text)
