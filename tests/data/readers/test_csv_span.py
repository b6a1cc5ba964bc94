"""The lines that one record takes."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.data.readers import csv_span
from vbg_framework.data.readers.ahead import Ahead
from vbg_framework.data.readers.csv_span import BACKSLASH, BLANKS, DOUBLED, Span, read_span


def span(text, reading=DOUBLED, **options):
    return read_span(Ahead(iter(text.splitlines(keepends=True))), ",", reading, **options)


def test_a_record_takes_the_lines_of_its_quoted_cells():
    assert span("a,b\nc,d\n") == Span(1, ["a", "b"], False)
    assert span('a,"b\n\nc"\nd\n') == Span(3, ["a", "b\n\nc"], True)


@pytest.mark.parametrize(
    ("text", "lines", "is_open"),
    [('a,"b', 1, True), ('a,"b\nc\n', 2, True), ('a,"b" c\nd', 1, False), ('a,"b\nc"d\ne', 2, True)],
)
def test_what_is_not_well_formed_is_no_record(text, lines, is_open):
    assert span(text) == Span(lines, None, is_open)


def test_backslashes_may_stand_before_quotes():
    assert span(r'1,"a \"b\" C:\new \\"', BACKSLASH).cells == ["1", r'a "b" C:\new ' + "\\"]
    assert span('1,"a \\"\nb\\"",c', BACKSLASH) == Span(2, ["1", 'a "\nb"', "c"], True)


def test_blanks_may_stand_before_quotes():
    assert span('1, "a, b", c', BLANKS).cells == ["1", "a, b", "c"]


def test_it_is_not_looked_further_than_a_cell_may_reach(monkeypatch):
    assert span('a,"b\nc"\n', alone=True) == Span(1, None, True)
    monkeypatch.setattr(csv_span, "REACH", 20)
    found = span('a,"b\n' + "0123456789\n" * 100 + '"')
    assert (found.lines, found.cells) == (3, None)


@given(st.lists(st.text(st.sampled_from('ab",\n\r\\ '), max_size=8), min_size=2, max_size=4))
def test_a_record_that_was_written_well_is_read_as_it_was_written(cells):
    file = io.StringIO(newline="")
    csv.writer(file).writerow(cells)
    text = file.getvalue()
    physical = list(io.StringIO(text, newline=""))
    assert read_span(Ahead(iter([*physical, "next,line\n"])), ",", DOUBLED)[:2] == (len(physical), cells)
