"""Which sheet is taken."""

import pytest
import xlsxwriter

from vbg_framework.base.errors import VBGError
from vbg_framework.data.profile.best_sheet import best_sheet
from vbg_framework.data.readers.table import Table

OBJECTS = [["id", "title", "kind"], *([str(n), f"Vessel {n} with flowers", ("jug", "bowl")[n % 2]] for n in range(12))]
SUMS = [list("abcdefgh"), *([n, n * 2, 3.5, 4, 5, 6, 7, 8] for n in range(40))]


def book(path, **sheets):
    with xlsxwriter.Workbook(path) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for place, cells in enumerate(rows):
                sheet.write_row(place, 0, cells)
    return Table(path)


def test_the_sheet_in_which_classes_can_be_learnt_is_taken(tmp_path):
    facts, roles = best_sheet(book(tmp_path / "t.xlsx", Sums=SUMS, Objects=OBJECTS))
    assert (facts.table.sheet, roles.id, roles.tasks[0].column) == ("Objects", "id", "kind")


def test_a_single_sheet_is_not_named(tmp_path):
    assert best_sheet(book(tmp_path / "t.xlsx", Objects=OBJECTS))[0].table.sheet is None


def test_if_there_is_none_the_largest_says_why(tmp_path):
    with pytest.raises(VBGError, match="no column"):
        best_sheet(book(tmp_path / "t.xlsx", Sums=SUMS, More=SUMS[:9]))
