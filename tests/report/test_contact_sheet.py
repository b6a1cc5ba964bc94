from PIL import Image

from vbg_framework.data.card.sheet import GAP, HEAD, LABEL
from vbg_framework.report.contact_sheet import SIDE, contact_sheet


def test_every_row_shows_its_pictures_in_squares(tmp_path):
    rows = [("bowl", [Image.new("RGB", (300, 100), "red"), Image.new("RGB", (9, 9), "blue")]), ("jar", [])]
    contact_sheet(rows, tmp_path / "sheet.png", title="Bowls")
    sheet = Image.open(tmp_path / "sheet.png")
    assert sheet.size == (LABEL + 2 * (SIDE + GAP) + GAP, HEAD + 2 * (SIDE + GAP))
    middle = HEAD + SIDE // 2
    assert sheet.getpixel((LABEL + SIDE // 2, middle)) == (255, 0, 0)
    assert sheet.getpixel((LABEL + SIDE + GAP + 2, HEAD + 2)) == (0, 0, 255)
    assert sheet.getpixel((LABEL + SIDE // 2, middle + SIDE + GAP)) == (255, 255, 255)


def test_no_rows_make_an_empty_sheet(tmp_path):
    contact_sheet([], tmp_path / "sheet.png")
    assert Image.open(tmp_path / "sheet.png").height == HEAD
