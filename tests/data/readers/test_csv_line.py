"""Single lines whose quotes were not doubled."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.data.readers.csv_line import literal_cells, split_literally


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('1,"Untitled" plate 12 in.,bowl\n', ["1", '"Untitled" plate 12 in.', "bowl"]),
        ('1,12" plate,bowl', ["1", '12" plate', "bowl"]),
        ('1,"Bowl, ""no. 5""",bowl\r\n', ["1", 'Bowl, "no. 5"', "bowl"]),
        ('1,"Bowl "no. 5" red",bowl', ["1", 'Bowl "no. 5" red', "bowl"]),
        ('1,"Cup" and "saucer",bowl', ["1", '"Cup" and "saucer"', "bowl"]),
        ('1,"",', ["1", "", ""]),
        ("", [""]),
        ('1,"Bowl,bowl', None),
        ('1,x,"cup', None),
        ('1,"cup""', None),
        ('1, "cup,x', None),
    ],
)
def test_a_quote_encloses_a_whole_cell_or_is_a_letter(line, cells):
    assert literal_cells(line, ",") == cells


def test_a_quote_that_is_not_closed_is_a_letter_where_only_cells_are_counted():
    assert split_literally('1,x,"cup\n', ",") == ["1", "x", '"cup']


@given(st.lists(st.text(st.characters(exclude_characters="\r\n"), max_size=8), min_size=1, max_size=5))
def test_lines_that_were_written_well_are_read_as_they_were_written(cells):
    written = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    assert literal_cells(written, ",") == split_literally(written, ",") == cells == next(csv.reader([written]))
