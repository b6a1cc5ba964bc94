"""CSV files: their header, their encoding, what their delimiter seems to be."""

import re

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.data.readers.csv_file import Csv


def csv(tmp_path, content, delimiter=None, **options):
    path = tmp_path / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Csv(path, delimiter, **options)


def rows(table):
    return [list(row.values()) for _, row in table.rows(table.columns()) if isinstance(row, dict)]


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("id,title\n1,Bowl\n2,Cup\n", None),
        ("id;title\n1;Bowl\n2;Cup\n", ";"),
        ("id;title\n1;Bowl\n;\n2;Cup\n", None),
        ("id\ttitle\n1\tBowl\n2\tCup\n".encode("utf-16"), None),
        ("sep=;\r\nid;title\r\n1;Bowl\r\n2;Cup\r\n", None),
        ("\ufeffid,title\r1,Bowl\r2,Cup\r", None),
        ("\n\nid,title\n1,Bowl\n\n2,Cup", None),
        ("id, title\n1, Bowl\n2, Cup\n", None),
        ('"id", "title"\n1, "Bowl"\n2, "Cup"\n', None),
    ],
)
def test_the_same_rows_are_read_whatever_wrote_them(tmp_path, content, delimiter):
    table = csv(tmp_path, content, delimiter)
    assert table.columns() == ["id", "title"]
    assert rows(table) == [["1", "Bowl"], ["2", "Cup"]]


def test_a_name_may_hold_what_a_cell_may_hold(tmp_path):
    table = csv(tmp_path, 'id,"title, ""long""\nor short"\n1,Bowl\n')
    assert table.columns() == ["id", 'title, "long"\nor short']
    assert next(iter(table.rows(["id"])))[0] == 3
    assert csv(tmp_path, 'id,"title" (long)\n1,Bowl\n').columns() == ["id", '"title" (long)']


def test_nameless_columns_at_the_end_may_be_left_out(tmp_path):
    assert rows(csv(tmp_path, "id,title,,\n1,Bowl,,\n2,Cup\n3\n")) == [["1", "Bowl", ""], ["2", "Cup", ""]]


def test_a_very_long_cell_is_read(tmp_path):
    long = "word, " * 100_000
    assert rows(csv(tmp_path, f'id,title\n1,"{long}"\n2,Cup\n')) == [["1", long], ["2", "Cup"]]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("id,Название\n1,a\n".encode("cp1251"), "bytes that are not UTF-8 and of no encoding that is known by sight"),
        ('id,"title\n1,a\n', "has no header that can be read"),
        ("x" * 200_000, "has no header that can be read"),
    ],
)
def test_a_header_that_cannot_be_read_is_an_error_that_says_why(tmp_path, content, problem):
    table = csv(tmp_path, content)
    for read in (table.columns, lambda: list(table.rows([]))):
        with pytest.raises(VBGError, match=f"{problem}.*Name the `encoding`"):
            read()


def test_bytes_that_are_not_utf8_cost_the_row_if_they_are_wanted(tmp_path):
    table = csv(tmp_path, "id,title,note\n1,Krüge,x\n2,Öl,y\n".encode() + b"3,B\xf6wl,x\n4,Cup,\xff\n")
    found = [row for _, row in table.rows(["id", "title"])]
    assert found[2] == r"column 'title' is not UTF-8, got b'B\xf6wl'. Name the `encoding`, or save the table in UTF-8"
    assert found[3]["title"] == "Cup"


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (
            "Export,\n2024,\nID,Title\n1,a\n",
            r"Line 1 was read as the header: 'Export,'\. It seems to be in line 3",
        ),
        (
            "Export\n\nid;title\n1;a\n",
            r"in line 3: set `skip: 2` or delete the lines above it\.",
        ),
        ("id,name\n1,a\n", "^$"),
        ("x\n" * 30 + "id,title\n", "^$"),
    ],
)
def test_where_the_header_seems_to_be_is_said(tmp_path, content, advice):
    assert re.search(advice, csv(tmp_path, content).advice(["id", "title"]))


def test_a_file_that_is_read_with_the_wrong_delimiter_says_which_fits(tmp_path):
    table = csv(tmp_path, "id;title\n1;a\n", ",")
    assert re.search(r"separated otherwise, got 'id;title'\. Set `delimiter: \";\"` or", table.advice(["id", "title"]))


def test_lines_above_the_header_are_passed_over(tmp_path):
    table = csv(tmp_path, "Export of objects\nDate: 2024\nid;title\n1;Bowl, red\n", skip=2)
    assert rows(table) == [["1", "Bowl, red"]]
    assert [line for line, _ in table.rows([])] == [4]
