import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.runs.export.destination import destination


def test_a_folder_appears_when_it_is_complete(tmp_path):
    with destination(tmp_path / "a" / "b") as folder:
        (folder / "file").write_text("x")
        assert not (tmp_path / "a" / "b").exists()
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]
    assert (tmp_path / "a" / "b" / "file").read_text() == "x"


def test_what_goes_wrong_leaves_nothing_behind(tmp_path):
    def write(folder):
        (folder / "file").write_text("x")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), destination(tmp_path / "a") as folder:
        write(folder)
    assert not list(tmp_path.iterdir())


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "a").mkdir()
    with destination(tmp_path / "a") as folder:
        (folder / "file").touch()
    assert (tmp_path / "a" / "file").exists()


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_nothing_is_overwritten(tmp_path, kind):
    place = tmp_path / "a"
    held = place / "mine" if kind == "folder" else place
    held.parent.mkdir(exist_ok=True)
    held.write_text("mine")
    with pytest.raises(VBGError, match="a: exists already"), destination(place):
        pass
    assert held.read_text() == "mine"


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(VBGError, match="cannot be written"), destination(tmp_path / "file" / "a"):
        pass
