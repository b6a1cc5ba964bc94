"""Predictions as a spreadsheet."""

import shutil
import subprocess
import zipfile

import pytest
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


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_with_thumbnails_and_text_as_it_is(tmp_path):
    Image.effect_noise((300, 200), 90).save(tmp_path / "a.png")
    rows = [{"id": name, "kind_confidence": 0.5, "picture": tmp_path / "a.png"} for name in ("=1+1", "Krug № 7", "")]
    with write_sheet(tmp_path / "t.xlsx", {"id": str, "kind_confidence": float}) as write:
        write([*rows, {"id": "no picture", "kind_confidence": 0.9}])
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path / "out"), "t.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    found = [cells for _, cells in Table(tmp_path / "out" / "t.ods").rows(["id", "kind_confidence"])]
    assert [row["id"] or "" for row in found] == ["=1+1", "Krug № 7", "", "no picture"]
    assert found[3]["kind_confidence"] == 0.9
    with zipfile.ZipFile(tmp_path / "out" / "t.ods") as packed:
        content = packed.read("content.xml").decode()
        shown = [name for name in packed.namelist() if name.startswith("Pictures/")]
    assert content.count("<draw:image ") == 3  # the three show the same picture, which the file may hold once
    assert shown
