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


def test_a_path_may_not_leave_the_folder(tmp_path):
    for cells in ({"id": "../8"}, {"photo": "/etc/passwd"}):
        with pytest.raises(CellError, match="leaves its folder"):
            Pictures(tmp_path.resolve(), "{id}.jpg", "photo")(cells)


def test_what_cannot_be_followed_may_cost_the_picture_alone(tmp_path):
    pictures = Pictures(tmp_path.resolve(), "{id}.jpg", "photo", required=False)
    for cells in ({"id": "../8"}, {"photo": "/etc/passwd"}, {"photo": ["a.png", "b.png"]}):
        assert isinstance(pictures(cells)["image"], CellError)


@pytest.mark.parametrize(
    "cell", [["a.png", "b.png"], "a.png;b.png", "a.png | in/b.jpeg", "a.png,b.png", "a.png\nb.png"]
)
def test_several_pictures_in_a_cell_are_said(tmp_path, cell):
    with pytest.raises(CellError, match="column 'photo' holds several pictures, got .* a row of its own"):
        Pictures(tmp_path.resolve(), column="photo")({"photo": cell})


@pytest.mark.parametrize("cell", ["a;b.png", "Jug, tall.png", ["one.png"], "a.png, b.png"])
def test_one_picture_with_marks_in_its_name_is_one(tmp_path, cell):
    name = cell[0] if isinstance(cell, list) else cell
    (tmp_path / name).touch()
    pictures = Pictures(tmp_path.resolve(), column="photo")
    assert pictures({"photo": cell}) == {"image": tmp_path.resolve() / name}
    assert pictures({"photo": []}) == {"image": None}
