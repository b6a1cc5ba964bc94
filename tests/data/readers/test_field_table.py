import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record, Rejected
from vbg_framework.data.readers.field_table import FieldTable


def table(tmp_path, text, columns=None):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    return list(FieldTable(tmp_path / "t.csv", ["title", "note"], ["year"], columns or {}).records())


def test_columns_are_called_like_the_fields(tmp_path):
    (first, second) = table(tmp_path, "id,image,TITLE,year\n7,a.png,Bowl,1900\n,,,\n ,,,\n")
    assert first == Record(
        "7", {"text": {"title": "Bowl"}, "metadata": {"year": 1900.0}, "image": tmp_path / "a.png"}, source="t.csv:2"
    )
    assert second.id == "t.csv:4"  # a row without even a blank is none
    assert second.inputs == {"text": {"title": ""}, "metadata": {"year": ""}, "image": None}


def test_other_names_are_given(tmp_path):
    (found,) = table(tmp_path, "nr,Titel\n7,Bowl\n", {"id": "nr", "title": "Titel"})
    assert (found.id, found.inputs) == ("7", {"text": {"title": "Bowl"}})


def test_a_picture_that_cannot_be_had_costs_the_record_its_picture(tmp_path):
    (found,) = table(tmp_path, "id,image,title\n7,../a.png,Bowl\n")
    assert "leaves its folder" in str(found.inputs["image"])
    assert found.inputs["text"] == {"title": "Bowl"}


def test_broken_rows_keep_their_place(tmp_path):
    items = table(tmp_path, "id,title\n1,a,b,c\n2,Bowl\n")
    assert [type(item) for item in items] == [Rejected, Record]


def test_a_table_without_any_known_column_is_named(tmp_path):
    with pytest.raises(VBGError, match="no column for any of image, title, note, year"):
        table(tmp_path, "id,name\n1,Bowl\n")
