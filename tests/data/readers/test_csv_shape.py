"""What rows look like."""

import pytest

from vbg_framework.data.readers.csv_shape import Shape


def shape(header="id,title,kind", rows=()):
    return Shape(header.split(","), ",", lambda: list(rows))


@pytest.mark.parametrize(
    ("header", "cells", "fits"),
    [
        ("id,title,kind", ["1", "a", "b"], True),
        ("id,title,kind", ["1", "a"], False),
        ("id,title,kind", ["1", "a", "b", "", ""], True),
        ("id,title,kind", ["1", "a", "b", "c"], False),
        ("id,title,kind,, ", ["1", "a", "b"], True),
        ("id,title,kind,,", ["1", "a"], False),
        ("id,,kind", ["1", "a", "b"], True),
    ],
)
def test_only_empty_cells_at_the_end_may_be_too_many_or_too_few(header, cells, fits):
    assert shape(header).fits(cells) is fits


def test_lines_that_have_as_many_cells_as_the_header_may_be_rows():
    assert shape().may_be_rows('3,"cup,jug', ["4,a,b", '5,12" plate,c'])
    assert shape().may_be_rows('3,"cup', ["4,a,b", "5,c,d", '6,12" plate,c'])
    assert not shape().may_be_rows('3,"cup', ["chipped, restored", 'old",c'])
    assert not shape().may_be_rows('3,"cup', ['chipped, old",c']), "its first line could be no row"
    assert not shape().may_be_rows('3,"cup,jug', ["", " "])
    assert not shape("text").may_be_rows('"a', ['b"'])


def test_lines_that_break_the_habits_of_the_columns_are_no_rows():
    rows = [[f"{number}.png", "a few words"] for number in range(20)]
    poem = ["violets are blue, so", 'are you, my dear"']
    assert shape("file,text").may_be_rows('a.png,"Roses are red', poem)
    assert shape("file,text", rows[:5]).may_be_rows('a.png,"Roses are red', poem), "five rows are no habit"
    assert not shape("file,text", rows).may_be_rows('a.png,"Roses are red', poem)
    assert shape("file,text", rows).may_be_rows('a1.png,"Roses are red', ["b2.png,violets", 'c3.png,blue"'])
