"""Where the picture of a row is."""

import pytest

from vbg_framework.data.catalogue.cells import CellError
from vbg_framework.data.catalogue.picture_cells import Pictures


def test_a_picture_is_found_by_its_cells(tmp_path):
    (tmp_path / "7-a.jpg").touch()
    pictures = Pictures(tmp_path.resolve(), "{id}-{view}.jpg")
    assert pictures.braces == ["id", "view"]
    assert pictures({"id": 7.0, "view": "a"}) == {"image": tmp_path.resolve() / "7-a.jpg"}


def test_a_picture_that_is_not_there_is_told_from_one_that_nobody_looks_for(tmp_path):
    pictures = Pictures(tmp_path.resolve(), "{id}.jpg")
    assert [pictures({"id": cell}) for cell in ("8", "", None)] == [{"image": None}] * 3
    assert pictures({"number": 8}) == Pictures(tmp_path.resolve())({"id": "8"}) == {}


def test_a_cell_holds_the_picture_or_its_path_and_comes_first(tmp_path):
    (tmp_path / "8.jpg").touch()
    pictures = Pictures(tmp_path.resolve(), "{id}.jpg", "photo")
    path = tmp_path.resolve() / "a.png"
    for cell, picture in [(b"x", b"x"), ({"bytes": b"x", "path": "a.png"}, b"x"), ("a.png", path)]:
        assert pictures({"id": "8", "photo": cell}) == {"image": picture}
    assert pictures({"photo": {"bytes": None, "path": "a.png"}}) == {"image": path}
    for cell in ("", None, b"", {"bytes": None, "path": None}):
        assert pictures({"id": "8", "photo": cell}) == {"image": tmp_path.resolve() / "8.jpg"}
        assert pictures({"photo": cell}) == {"image": None}


def test_a_picture_that_cannot_be_followed_is_its_reason(tmp_path):
    pictures = Pictures(tmp_path.resolve(), "{id}.jpg", "photo")
    for cells in ({"id": "../8"}, {"photo": "/etc/passwd"}, {"photo": [["a.png"], ["b.png"]]}):
        found = pictures(cells)["image"]
        assert isinstance(found, CellError) or all(isinstance(each, CellError) for each in found)


@pytest.mark.parametrize("cell", [["a.png", "in/b.JPEG"], "a.png;in/b.JPEG", "a.png,in/b.JPEG\n"])
def test_several_pictures_are_a_list(tmp_path, cell):
    found = Pictures(tmp_path.resolve(), column="photo")({"photo": cell})["image"]
    assert found == [tmp_path.resolve() / "a.png", tmp_path.resolve() / "in/b.JPEG"]


def test_one_of_several_may_be_unusable(tmp_path):
    found = Pictures(tmp_path.resolve(), column="photo")({"photo": [b"x", "../b.png", {"bytes": b"y"}, None]})["image"]
    assert (found[0], found[2], len(found), str(found[1])) == (b"x", b"y", 3, str(found[1]))
    assert "leaves its folder" in str(found[1])


@pytest.mark.parametrize("cell", ["a;b.png", "Jug, tall.png", ["one.png"], "a.png, b.png"])
def test_one_picture_with_marks_in_its_name_is_one(tmp_path, cell):
    name = cell[0] if isinstance(cell, list) else cell
    (tmp_path / name).touch()
    pictures = Pictures(tmp_path.resolve(), column="photo")
    assert pictures({"photo": cell}) == {"image": tmp_path.resolve() / name}
    assert pictures({"photo": []}) == {"image": None}
