"""How the cells of the metadata were read."""

import json

import pytest

from vbg_framework.data.catalogue.cells import cell_value
from vbg_framework.data.preparation.readings import Readings, sentence, sentences


def told(*cells, decimal=".", more=0):
    readings = Readings()
    for cell in cells:
        readings.add("height", cell_value("height", cell, decimal) or None)
    return readings.info(len(cells) + more)


def test_numbers_words_and_missing_values_are_counted():
    info = told("1", "2,5", "approx", "approx", "007", None, more=1)
    assert info == {
        "height": {"numbers": 2, "words": 3, "examples": ["approx", "007"], "missing": 2},
    }
    assert sentence(info["height"]) == "2 numbers, 3 words ('approx', '007', ...), 2 missing"
    assert sentences(told("1", "approx")) == ["height: 1 number, 1 word ('approx')"]


def test_a_field_of_numbers_or_of_words_only_needs_no_line():
    assert sentences(told("1", "2", None)) == sentences(told("bowl", "vase")) == sentences(told(None)) == []


def test_numbers_in_a_column_of_words_count_as_such():
    readings = Readings()
    for value in ("1900", "ca. 1900", -500.0):
        readings.add("year", value)
    assert readings.info(3)["year"]["numbers"] == 2


@pytest.mark.parametrize(
    ("cells", "decimal", "line"),
    [
        (("1,234", "2,345", "9"), ".",
         "3 numbers; 2 values such as '1,234' are read as 1234; if the comma is decimal, set `decimal: ','`"),
        (("1.234",), ".",
         "1 number; 1 value such as '1.234' is read as 1.234; if the point marks thousands, set `decimal: ','`"),
        (("1,234",), ",",
         "1 number; 1 value such as '1,234' is read as 1.234; if the comma marks thousands, set `decimal: '.'`"),
        (("1.234",), ",",
         "1 number; 1 value such as '1.234' is read as 1234; if the point is decimal, set `decimal: '.'`"),
        (("1,234", "12,5"), ".",
         "2 numbers; 1 value such as '1,234' is read as 1234; if the comma is decimal, set `decimal: ','`"),
    ],
)  # fmt: skip
def test_a_number_that_may_be_wrong_by_a_thousand_is_told(cells, decimal, line):
    assert sentences(told(*cells, decimal=decimal)) == [f"height: {line}"]


@pytest.mark.parametrize(
    ("cells", "decimal"),
    [(("111.062", "22.0"), "."), (("1,234", "1,234.5"), "."), (("1,234", "1,234,567"), "."), (("1,234", "12,5"), ",")],
)
def test_the_other_numbers_of_a_field_may_bear_a_reading_out(cells, decimal):
    assert sentences(told(*cells, decimal=decimal)) == []


def test_doubts_survive_an_interruption():
    first, whole = Readings(), Readings()
    for readings in (first, whole):
        readings.add("height", cell_value("height", "1,234"))
    second = Readings(json.loads(json.dumps(first.doubts())))
    second.add("height", 1234.0)  # as it is stored
    assert second.info(1) == whole.info(1)


def test_long_words_are_cut():
    assert len(told("x" * 1000)["height"]["examples"][0]) == 40


@pytest.mark.parametrize("cell", ["0.5 cm", "12cm", "\u22125,5 in.", "10 %"])
def test_numbers_with_a_unit_are_words_and_said(cell):
    unit = "; to have them read as numbers, take the unit out of the cells"
    assert sentences(told(cell)) == [f"height: 1 word ({cell!r}){unit}"]
    assert sentences(told(cell, "tall and slim")) == sentences(told("1899-12-01")) == []
