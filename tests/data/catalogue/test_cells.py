import datetime
import decimal
import re
import uuid

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.data.catalogue.cells import CellError, cell_parts, cell_text, cell_value, path_inside
from vbg_framework.data.catalogue.number import as_text, parse_number


@given(st.one_of(st.none(), st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.dates()))
def test_a_plain_cell_becomes_text_without_white_space_around_it(cell):
    text = cell_text("a", cell)
    assert text is None or (text and text == text.strip())
    exact = text and re.fullmatch(r"-?[1-9]\d*", text) and abs(int(text)) <= 2**53  # beyond it a float may round
    assert isinstance(cell_value("a", cell), float if exact else str | float)


def test_a_nested_cell_is_refused():
    for cell in ({"a": 1}, b"\xff\xd8", [["x"]]):
        with pytest.raises(CellError, match="column 'a' must hold text or numbers"):
            cell_parts("a", cell, None)


def test_numbers_are_told_from_words():
    values = [cell_value("a", cell) for cell in ("-500", 3, "1.5", "007", "1e5", "", None, True)]
    assert values == [-500.0, 3.0, 1.5, "007", "1e5", "", "", "True"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        *((1899.0, "1899"), (0.1, "0.1"), (np.float32(0.1), "0.1"), (np.float16(0.1), "0.1")),
        (np.int64(2**62), str(2**62)),
        *((9007199254740993, "9007199254740993"), (10**30, str(10**30)), (True, "True"), (np.bool_(True), "True")),
        *((decimal.Decimal("12.50"), "12.5"), (decimal.Decimal("1E+3"), "1000"), (decimal.Decimal("-0.00"), "0")),
        *((decimal.Decimal("1234567890123456789012345678901234.5"), "1234567890123456789012345678901234.5"),),
        *((decimal.Decimal("1E+9999"), "1E+9999"), (datetime.date(1644, 1, 2), "1644-01-02")),
        *((datetime.datetime(1644, 1, 2, 3, 4, 5, 60), "1644-01-02T03:04:05.000060"),),
        (datetime.time(3, 4), "03:04:00"),
        *((datetime.timedelta(days=1, seconds=0.5), "PT86400.5S"), (np.timedelta64(90, "s"), "PT90S")),
        *((np.datetime64("-0499-01-02"), "-0499-01-02"), (pandas.Timestamp("1900-01-02"), "1900-01-02T00:00:00")),
        *((b" bowl ", "bowl"), (np.str_(" bowl "), "bowl"), (np.bytes_(b"bowl"), "bowl"), (b"  ", None)),
        *((uuid.UUID(int=5), "00000000-0000-0000-0000-000000000005"), (np.datetime64("NaT"), None), (pandas.NaT, None)),
        *((number, None) for number in (float("nan"), float("inf"), -float("inf"), np.float32("nan"))),
        *((decimal.Decimal(word), None) for word in ("NaN", "Infinity")),
    ],
)  # fmt: skip
def test_every_kind_of_value_is_written_as_people_would(cell, text):
    assert cell_text("a", cell) == text


def test_a_number_python_does_not_write_concerns_its_cell():
    with pytest.raises(CellError, match=r"column 'a' must hold text or numbers, got int"):
        cell_text("a", 10**5000)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *(("\u2212500", -500), ("12,5", 12.5), ("1,234", 1234), ("1e-3", 0.001), (".10", 0.1), ("nan", "nan")),
        *((decimal.Decimal("12.50"), 12.5), (np.float32(0.1), 0.1), (float("inf"), ""), (-0.0, 0), (1e300, 1e300)),
        *((9007199254740993, "9007199254740993"), ("9007199254740993", "9007199254740993"), (2**53, 2.0**53)),
        *((datetime.date(1644, 1, 2), "1644-01-02"), (np.int16(7), 7), (b"12,5", 12.5), (True, "True")),
    ],
)
def test_a_number_is_one_in_whatever_type_it_comes(cell, value):
    assert cell_value("a", cell) == value


def test_the_decimal_mark_of_a_source_concerns_its_texts_only():
    values = [
        cell_value("a", cell, ",") for cell in ("1,234", "1.234", "12.5", b"1,234", decimal.Decimal("1.234"), 1.234)
    ]
    assert values == [1.234, 1234, 12.5, 1.234, 1.234, 1.234]
    assert cell_value("a", "1,234").text == "1,234"


@given(st.one_of(st.integers(), st.floats(), st.decimals(), st.booleans(), st.dates()))
def test_a_cell_means_the_same_where_its_column_became_text(cell):
    value = cell_value("a", cell)
    assert isinstance(value, str) or parse_number(as_text(value)) == value


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
