import pytest

from vbg_framework.data.catalogue.cells import CellError
from vbg_framework.data.catalogue.described import Described

READ = Described({"title": ("Titel", None), "terms": ("terms", "|")}, ["year", "museum"])


def test_cells_become_text_and_metadata():
    cells = {"Titel": " Bowl ", "terms": "clay| glaze|", "year": "\u2212500", "museum": ""}
    assert READ(cells) == {
        "text": {"title": "Bowl", "terms": "clay, glaze"},
        "metadata": {"year": -500.0, "museum": ""},
    }


def test_a_column_that_is_not_there_is_left_out_and_an_empty_cell_is_not():
    assert READ({"terms": ""}) == {"text": {"terms": ""}}
    assert READ({}) == {}


def test_its_columns_are_named_once():
    assert Described({"a": ("x", None), "b": ("x", "|")}, ["y"]).columns == ["x", "y"]


def test_the_decimal_mark_is_that_of_the_table():
    assert Described({}, ["height"], ",")({"height": "1,234"}) == {"metadata": {"height": 1.234}}


def test_a_cell_that_holds_something_else_is_named():
    with pytest.raises(CellError, match="Titel"):
        READ({"Titel": {"de": "Schale"}})
