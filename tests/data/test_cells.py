import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.data.cells import CellError, cell_parts, cell_text, cell_value, path_inside


@given(st.one_of(st.none(), st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.dates()))
def test_a_plain_cell_becomes_text_without_white_space_around_it(cell):
    text = cell_text("a", cell)
    assert text is None or (text and text == text.strip())
    assert isinstance(cell_value("a", cell), float if text and re.fullmatch(r"-?[1-9]\d*", text) else str | float)


def test_a_nested_cell_is_refused():
    for cell in ({"a": 1}, b"bytes", [["x"]]):
        with pytest.raises(CellError, match="column 'a' must hold text or numbers"):
            cell_parts("a", cell, None)


def test_numbers_are_told_from_words():
    values = [cell_value("a", cell) for cell in ("-500", 3, "1.5", "007", "1e5", "", None, True)]
    assert values == [-500.0, 3.0, 1.5, "007", "1e5", "", "", "True"]


def test_a_cell_may_hold_several_values():
    assert cell_parts("a", " x | |y", "|") == ["x", "y"]
    assert cell_parts("a", "x|y", None) == ["x|y"]
    assert cell_parts("a", ["x|y", None, 3], "|") == ["x|y", "3"]


def test_a_path_stays_in_its_folder(tmp_path):
    folder = (tmp_path / "in").resolve()
    folder.mkdir()
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "up").symlink_to(tmp_path)
    assert path_inside(folder, "a/../b.jpg") == folder / "b.jpg"
    for path in ("../b.jpg", "/etc/passwd", "up/b.jpg"):
        with pytest.raises(CellError, match="leaves its folder"):
            path_inside(folder, path)
    for path in ("loop", "a\0b"):
        with pytest.raises(CellError, match="cannot be followed"):
            path_inside(folder, path)
