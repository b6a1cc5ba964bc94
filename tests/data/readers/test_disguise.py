"""Tables that are something else than their suffix says."""

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.data.readers.table import Table


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("t.csv", b"<!DOCTYPE html><html><body>Please sign in</body></html>", "is a web page"),
        ("t.xls", b"\xef\xbb\xbf<table><tr><td>id</td></tr></table>", "is a web page"),
        ("t.jsonl", b"\n <html>", "is a web page"),
        ("t.csv", b"PK\x03\x04\x14\x00rest", "spreadsheet or a zip file"),
        ("t.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "spreadsheet. Rename it to .xls"),
        ("t.xlsx", b"id;kind\n1;jug\n", "is text, not a spreadsheet. Rename it to .csv"),
        ("t.csv", b"", "is empty"),
        ("t.csv", b"\r\n \r\n", "is empty"),
    ],
)
def test_what_a_file_is_and_what_to_do_is_said_in_one_line(tmp_path, name, content, what):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(VBGError, match=what):
        Table(tmp_path / name).columns()


def test_html_inside_a_cell_is_text(tmp_path):
    (tmp_path / "t.csv").write_text("id,title\n1,<b>Jug</b>\n")
    assert [cells["title"] for _, cells in Table(tmp_path / "t.csv").rows(["title"])] == ["<b>Jug</b>"]
