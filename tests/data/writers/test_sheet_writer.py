"""Predictions as a spreadsheet."""

from PIL import Image

from vbg_framework.data.readers.table import Table
from vbg_framework.data.writers.sheet_writer import write_sheet


def test_what_is_written_is_read_again(tmp_path):
    Image.new("RGB", (300, 200)).save(tmp_path / "a.png")
    rows = [
        {"id": "=HYPERLINK(1)", "kind_confidence": 0.5, "note": "x" * 40_000, "picture": tmp_path / "a.png"},
        {"id": "https://example.org", "kind_confidence": None, "note": None, "picture": b"broken"},
    ]
    with write_sheet(tmp_path / "t.xlsx", {"id": str, "kind_confidence": float, "note": str}) as write:
        write(rows)
    found = [cells for _, cells in Table(tmp_path / "t.xlsx").rows(["id", "kind_confidence", "note"])]
    assert [row["id"] for row in found] == ["=HYPERLINK(1)", "https://example.org"]
    assert found[0]["kind_confidence"] == 0.5
    assert len(found[0]["note"]) == 32_767
