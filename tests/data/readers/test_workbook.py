"""Sheets of spreadsheets."""

from datetime import date, datetime

import pytest
import xlsxwriter

from vbg_framework.base.errors import VBGError
from vbg_framework.data.readers import workbook as module
from vbg_framework.data.readers.table import Table
from vbg_framework.data.readers.workbook import Workbook

ROWS = [["id", "title", "year"], ["007", "Krüge", 1899.0], ["8", "Bowl", 12.3]]


@pytest.fixture
def written(tmp_path):
    def write(**sheets):
        path = tmp_path / "t.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
            for name, rows in sheets.items():
                sheet = book.add_worksheet(name)
                for number, cells in enumerate(rows):
                    for column, cell in enumerate(cells):
                        (sheet.write_string if isinstance(cell, str) else sheet.write)(number, column, cell)
        return path

    return write


def test_a_sheet_has_the_rows_of_the_text_table_it_could_be_saved_as(written):
    found = list(Table(written(a=ROWS)).rows(["id", "title", "year"]))
    assert found == [
        ("t.xlsx:2", {"id": "007", "title": "Krüge", "year": 1899}),
        ("t.xlsx:3", {"id": "8", "title": "Bowl", "year": 12.3}),
    ]
    assert type(found[0][1]["year"]) is int


def test_days_truths_and_rounding_are_as_people_see_them(written):
    cells = [datetime(2024, 1, 2), datetime(2024, 1, 2, 3, 4), True, 0.1 + 0.2, 1e20]
    (_, row), *_ = Workbook(written(a=[["a", "b", "c", "d", "e"], cells])).rows([])
    assert list(row.values()) == [date(2024, 1, 2), datetime(2024, 1, 2, 3, 4), "TRUE", 0.3, 1e20]


def test_rows_are_counted_as_in_the_sheet_and_empty_ones_passed_over(written):
    book = Workbook(written(a=[[], [], ["id"], ["1"], [""], ["2"]]))
    assert [number for number, _ in book.rows([])] == [4, 6]


def test_a_cell_merged_over_rows_stands_in_each_of_them(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet = book.add_worksheet()
        for number in range(7):
            sheet.write_row(number, 0, ["kind" if not number else "", "id" if not number else str(number)])
        sheet.merge_range(1, 0, 3, 0, "jug")
        sheet.merge_range(4, 0, 6, 0, "bowl")
        sheet.merge_range(90, 0, 95, 3, "")
    found = [row["kind"] for _, row in Workbook(tmp_path / "t.xlsx").rows([])]
    assert found == ["jug"] * 3 + ["bowl"] * 3


def test_the_sheet_is_named_or_the_one_with_the_most_cells(written):
    path = written(empty=[], cover=[["Museum"]], objects=ROWS, notes=[["note"], ["x"]])
    assert Workbook(path).columns() == ["id", "title", "year"]
    assert Workbook(path, "Notes").columns() == ["note"]
    assert Table(path).manner().startswith("t.xlsx is read as sheet 'objects' of 4; ")
    with pytest.raises(VBGError, match=r"no sheet 'note'\. Did you mean 'notes'"):
        Workbook(path, "note").columns()
    with pytest.raises(VBGError, match=r"sheet 'empty' holds no rows"):
        Workbook(path, "empty").columns()


def test_where_a_missing_column_is_is_said(written):
    path = written(a=[["Export"], *ROWS], b=[["kind", "maker"]])
    with pytest.raises(VBGError, match=r"no column 'id'\. They are in row 2: set `skip: 1`"):
        Table(path).find(["id", "title"])
    assert [*Table(path, skip=1).find(["id", "title"])] == ["id", "title"]
    with pytest.raises(VBGError, match=r"Sheet 'b' has them: set `sheet: b`"):
        Table(path).find(["kind"])


def test_what_is_too_large_or_no_spreadsheet_is_an_error(written, tmp_path, monkeypatch):
    (tmp_path / "t.ods").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(VBGError, match="cannot be read as a spreadsheet"):
        Table(tmp_path / "t.ods").columns()
    monkeypatch.setattr(module, "LARGEST", 1000)
    with pytest.raises(VBGError, match=r"too large for a spreadsheet.*Save the sheet as CSV"):
        Table(written(a=ROWS)).columns()
