import zipfile

import pytest

from vbg_framework.data.readers import sheet_size
from vbg_framework.data.readers.sheet_size import too_large

LARGEST = 1 << 28


def packed(tmp_path, **members):
    path = tmp_path / "sheet.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(f"{name}.xml", content)
    return path


ACROSS = "<table-row><table-cell table:number-columns-repeated='9000000' value='1'/></table-row>"
DOWN = "<table-row number-rows-repeated='9000000'><table-cell>x</table-cell></table-row>"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("sheet1", '<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>', "17,179,869,184 cells"),
        ("sheet1", "<x:c r='B2'/><x:c r='AA20000000'/>", "519,999,974 cells"),
        ("content", ACROSS, "9,000,000 cells"),
        ("content", DOWN, "9,000,000 cells"),
    ],
)
def test_cells_that_are_far_apart_or_repeated_are_counted_before_they_are_laid_out(tmp_path, name, content, told):
    assert told in too_large(packed(tmp_path, **{name: content}), LARGEST)


def test_a_text_that_many_cells_share_counts_in_each(tmp_path, monkeypatch):
    monkeypatch.setattr(sheet_size, "MOST_CHARACTERS", 1000)
    cells = '<c t="s"><v>0</v></c>' * 20
    assert "characters" in too_large(packed(tmp_path, sharedStrings=f"<si>{'x' * 90}</si>", sheet1=cells), LARGEST)
    assert not too_large(packed(tmp_path, sharedStrings="<si>x</si>", sheet1=cells), LARGEST)


def test_empty_rows_at_the_end_of_a_sheet_count_for_nothing(tmp_path):
    row = "<table-row><table-cell>x</table-cell></table-row>"
    empty = "<table-row number-rows-repeated='1048575'><table-cell number-columns-repeated='16384'/></table-row>"
    assert not too_large(packed(tmp_path, content=row + empty), LARGEST)
    sheets = f"<table name='a'>{row}{empty}</table><table name='b'>{row}{row}{empty}</table>"
    assert not too_large(packed(tmp_path, content=sheets), LARGEST)
    assert "9,000,001 cells" in too_large(
        packed(tmp_path, content=f"<table>{row}</table><table>{ACROSS}</table>"), LARGEST
    )


def test_more_bytes_than_are_read_are_named(tmp_path):
    assert "at most 0 MB are read" in too_large(packed(tmp_path, sheet1="x" * 99), 10)
    (tmp_path / "no.zip").write_bytes(b"no zip file")
    assert not too_large(tmp_path / "no.zip", LARGEST)
