"""The contact sheet."""

import pytest
from memory_data import prepare_records
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.card.sheet import GAP, HEAD, LABEL, contact_sheet

COLOURS = {"common": (200, 30, 30), "rare": (30, 30, 200)}


def records():
    for i in range(30):
        kind = "rare" if i == 17 else "common"
        yield Record(f"r{i}", {"image": Image.new("RGB", (20, 30), COLOURS[kind])}, {"kind": kind}, group=f"o{i // 2}")
    yield Record("unseen", {"text": "no picture"}, {"kind": "a class with a rather long name, and no picture at all"})


def at(sheet, row, column, size):
    return sheet.getpixel((LABEL + column * (size + GAP) + size // 2, HEAD + row * (size + GAP) + size // 2))


def test_every_class_has_a_row_the_rarest_last(tmp_path):
    contact_sheet(prepare_records(tmp_path, records), "kind", tmp_path / "sheet.png", per_class=4, size=40)
    sheet = Image.open(tmp_path / "sheet.png")
    assert sheet.size == (LABEL + 4 * (40 + GAP) + GAP, HEAD + 3 * (40 + GAP))
    assert [at(sheet, 0, column, 40) for column in range(4)] == [COLOURS["common"]] * 4
    assert at(sheet, 2, 0, 40) == COLOURS["rare"]
    assert at(sheet, 2, 1, 40) == (255, 255, 255)
    assert at(sheet, 1, 0, 40) == (255, 255, 255)


def test_the_same_data_gives_the_same_sheet(tmp_path):
    for name in ("a", "b"):
        contact_sheet(prepare_records(tmp_path / name, records), "kind", tmp_path / f"{name}.png", size=32)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_multi_label_record_stands_in_every_row_of_its_classes(tmp_path):
    both = [Record("a", {"image": Image.new("RGB", (8, 8), "red")}, {"kind": ["x", "y"]})]
    prepared = prepare_records(tmp_path, both, tasks=[Task("kind", multi_label=True)])
    contact_sheet(prepared, "kind", tmp_path / "sheet.png", size=32)
    sheet = Image.open(tmp_path / "sheet.png")
    assert at(sheet, 0, 0, 32) == at(sheet, 1, 0, 32) == (255, 0, 0)


def test_an_unknown_task_is_an_error(tmp_path):
    with pytest.raises(VBGError, match="unknown task 'kin'"):
        contact_sheet(prepare_records(tmp_path, records), "kin", tmp_path / "sheet.png")
