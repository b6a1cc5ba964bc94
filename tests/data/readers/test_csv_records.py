"""Records from physical lines."""

import csv
import io
import time

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from vbg_framework.data.readers.ahead import Ahead
from vbg_framework.data.readers.csv_records import Piece, Records
from vbg_framework.data.readers.csv_shape import Shape

HEADER = ["id", "title", "kind"]


def records(lines, header=HEADER, sample=tuple, **options):
    lines = list(io.StringIO(lines, newline="")) if isinstance(lines, str) else lines
    return list(Records(Ahead(iter(lines)), ",", Shape(header, ",", sample), **options))


def rows(lines, **options):
    return [found for _, _, found in records(lines, **options) if isinstance(found, list)]


def reasons(lines, **options):
    return [piece for piece in records(lines, **options) if isinstance(piece.found, str)]


def test_a_quote_that_is_not_closed_costs_its_own_line_only():
    lines = ["0,a,jug\n", '1,a,"jug\n', *(f"{number},a,jug\n" for number in range(2, 200))]
    assert [row[0] for row in rows(lines)] == ["0", *map(str, range(2, 200))]
    (broken,) = reasons(lines)
    what = "quote is not closed, got '1,a,\"jug'; it would take along lines 3-200, which are read by themselves"
    assert broken == Piece(2, 2, what)


@pytest.mark.parametrize("quoted", ['2,"a, b",jug\n', '2,"a",jug\n', '"2",a,jug\n', '2,a,"jug"\n'])
def test_a_quoted_cell_further_down_does_not_close_it(quoted):
    found = records(["0,a,jug\n", '1,"a,jug\n', "x,y,z\n", quoted, "3,a,jug\n"])
    assert [piece.first for piece in found if isinstance(piece.found, list)] == [1, 3, 4, 5]
    assert found[1].found.startswith("quote is not closed")


def test_rows_that_may_be_one_cell_are_named_with_their_range():
    lines = ["0,a,jug\n", '1,"a,jug\n', *(f"{number},a,jug\n" for number in range(2, 7))]
    lines += ['7,plate 12",jug\n', "8,a,jug\n"]
    assert [row[0] for row in rows(lines)] == ["0", "8"]
    (broken,) = reasons(lines)
    assert broken[:2] == (2, 8)
    assert broken.found == (
        "rows cannot be told apart from a cell with line breaks, got lines 2-8 (7 rows). "
        "Close the quote in line 2, or, if it is one cell, take its line breaks out"
    )


def test_cells_with_line_breaks_are_rows():
    assert rows('1,"a\nb, c\n\nd",jug\n2,x,y\n') == [["1", "a\nb, c\n\nd", "jug"], ["2", "x", "y"]]
    assert rows('1,"a,\r\nb",jug\r\n') == [["1", "a,\r\nb", "jug"]]


def test_a_cell_with_line_breaks_in_a_row_that_does_not_fit_is_not_read_as_rows():
    (broken, good) = records('1,"a\nb\nc",jug,more\n2,x,y\n')
    reason = "row does not have as many cells as the header, got 4, not 3 (lines 1-3)"
    assert broken == Piece(1, 3, f"{reason}. Quote cells that hold the delimiter")
    assert good == Piece(4, 4, ["2", "x", "y"])


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (r'1,"Bowl \"no. 0\", glazed",jug', 'Bowl "no. 0", glazed'),
        ('1,"Bowl \\"no. 0\\",\nglazed",jug', 'Bowl "no. 0",\nglazed'),
        (r'1,"ends with \"",jug', 'ends with "'),
        ('1,"Untitled" plate 12 in.,jug', '"Untitled" plate 12 in.'),
        ('1,"Bowl "no. 5" red",jug', 'Bowl "no. 5" red'),
        ('1,12" plate,jug', '12" plate'),
        ('1, "Jug, no. 0", jug', "Jug, no. 0"),
    ],
)
def test_quotes_that_are_not_doubled_are_told_row_by_row(line, title):
    found = rows(["0,a,b\n", *io.StringIO(line + "\n"), '2,"x, y",z\n'])
    assert [row[1] for row in found] == ["a", title, "x, y"]


def test_quotes_that_can_mean_several_things_are_put_aside():
    (broken,) = reasons('1,"Bowl "no. 5", red",jug\n2,a,b\n')
    assert broken == Piece(1, 1, 'quotes inside a cell are not doubled, got \'1,"Bowl "no. 5", red",jug\'')


def test_blanks_after_delimiters_belong_to_no_cell_where_the_header_has_them():
    assert rows('1, "a, b", c\n2, d, e\n', skip_blanks=True) == [["1", "a, b", "c"], ["2", "d", "e"]]
    assert rows("2, d, e\n") == [["2", " d", " e"]]


def test_blank_lines_are_no_rows_and_lines_that_are_too_long_are_named():
    found = records(["\n", "1,a,b\n", "  \r\n", None, ",,\n"])
    assert [piece.first for piece in found] == [2, 4, 5]
    assert found[1].found == "line is longer than 4 million characters"


@pytest.mark.parametrize("line", ['1,"x\n', '1","x\n', '","\n', '1,"\\"x\n'])
def test_a_hundred_thousand_lines_with_odd_quotes_are_read_in_seconds(line):
    began = time.process_time()
    found = records([line] * 100_000, header=["id", "title"])
    assert sum(piece.last - piece.first + 1 for piece in found) == 100_000
    assert time.process_time() - began < 30


CELLS = st.text(st.sampled_from('ab1 ",\n\r\\'), max_size=10)


@settings(max_examples=300, deadline=None)
@given(st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1)))
def test_whatever_was_written_well_comes_back_or_cannot_be_told_apart(table):
    assume(not any('\\"' in cell for row in table for cell in row))  # two ways of writing a quote; either may be meant
    file = io.StringIO(newline="")
    csv.writer(file).writerows(table)
    width, place = len(table[0]), 0
    for _, _, found in records(file.getvalue(), header=[f"c{number}" for number in range(width)]):
        if isinstance(found, list):
            assert found == table[place]
        else:
            assert "cannot be told apart" in found
            assert any("\n" in cell or "\r" in cell for cell in table[place])
        place += 1
    assert place == len(table)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from('a1 ",\n\r\\'), max_size=60), st.integers(1, 3))
@example('"\n"\n', 2)
def test_every_line_is_in_one_row_in_one_rejected_range_or_blank(text, width):
    lines = list(io.StringIO(text, newline=""))
    found = records(text, header=[f"c{number}" for number in range(width)])
    covered = [number for piece in found for number in range(piece.first, piece.last + 1)]
    assert covered == sorted(set(covered))
    blank = set(range(1, len(lines) + 1)) - set(covered)
    assert not any(lines[number - 1].strip() for number in blank)


@settings(max_examples=200, deadline=None)
@given(st.integers(3, 60), st.data())
def test_a_stray_quote_before_a_cell_never_takes_whole_rows_along_without_a_word(count, data):
    lines = [f"{number:03},{number} words,jug\n" for number in range(count)]
    place, cell = data.draw(st.integers(0, count - 1)), data.draw(st.integers(0, 2))
    cells = lines[place].split(",")
    cells[cell] = '"' + cells[cell]
    lines[place] = ",".join(cells)
    assert [row[0] for row in rows(lines)] == [f"{number:03}" for number in range(count) if number != place]
