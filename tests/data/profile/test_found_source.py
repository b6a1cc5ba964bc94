"""What somebody gave."""

import pytest
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.data.profile.found_source import find_source


def pictures(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4)).save(folder / name)


def test_a_folder_with_one_table_stands_for_it(tmp_path):
    (tmp_path / "t.csv.gz").write_bytes(b"")
    (tmp_path / "README.txt").write_text("about")
    pictures(tmp_path, "photos/1.png")
    assert find_source(tmp_path).table == tmp_path / "t.csv.gz"
    (tmp_path / "u.xlsx").write_bytes(b"")
    with pytest.raises(VBGError, match=r"holds 2 tables \(t\.csv\.gz, u\.xlsx\)\. Give one of them"):
        find_source(tmp_path)


def test_class_folders_are_counted_whatever_lies_around_them(tmp_path):
    pictures(tmp_path, "in/bowl/1.png", "in/bowl/old/2.png", "in/jug/1.png")
    assert find_source(tmp_path) == (None, tmp_path / "in", {"bowl": 2, "jug": 1})


def test_folders_of_splits_are_no_classes(tmp_path):
    pictures(tmp_path, "Train/bowl/1.png", "Train/jug/1.png", "test/bowl/2.png")
    assert find_source(tmp_path).counts == {"bowl": 2, "jug": 1}


def test_anything_else_is_an_error_that_says_what_to_add(tmp_path):
    pictures(tmp_path, "1.png")
    with pytest.raises(VBGError, match="neither a table nor pictures in folders"):
        find_source(tmp_path)
    with pytest.raises(VBGError, match="no such file or folder"):
        find_source(tmp_path / "absent")


@pytest.mark.parametrize("name", ["a.xml", "in/a.rdf", "in/a.jsonld"])
def test_records_of_museums_are_told_from_tables(tmp_path, name):
    (tmp_path / "in").mkdir()
    (tmp_path / name).touch()
    with pytest.raises(VBGError, match=r"holds records, not a table. Write a data set .*type: lido.*`edm` or"):
        find_source(tmp_path / name if name == "a.xml" else tmp_path / "in")
