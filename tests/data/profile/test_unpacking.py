"""Unpacking what somebody sent."""

import zipfile

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.data.profile import unpacking as module
from vbg_framework.data.profile.unpacking import unpack


def packed(tmp_path, **files):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return path


def test_files_come_out_without_what_systems_leave(tmp_path):
    path = packed(tmp_path, **{"a/t.csv": "id\n1\n", "__MACOSX/t.csv": "x", "a/.DS_Store": "x", "b\\c.csv": "id"})
    folder = unpack(path, tmp_path / "out")
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.*")) == ["a/t.csv", "b/c.csv"]
    assert unpack(path, tmp_path / "out") == folder  # left by a killed command: as it is
    (folder / "a/t.csv").write_text("id\n2\n")
    with pytest.raises(VBGError, match="is there already"):
        unpack(path, tmp_path / "out")


@pytest.mark.parametrize("name", ["../t.csv", "/etc/t.csv", "a/../../t.csv", "..\\t.csv", "C:\\t.csv"])
def test_no_path_leaves_the_folder(tmp_path, name):
    with pytest.raises(VBGError, match="leaves its folder"):
        unpack(packed(tmp_path, **{name: "x"}), tmp_path / "out")
    assert not [*tmp_path.glob("out*"), *tmp_path.glob("t.csv")]


def test_a_bomb_or_something_else_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SMALL", 1000)
    with pytest.raises(VBGError, match="too large to unpack"):
        unpack(packed(tmp_path, **{"t.csv": "0" * 1_000_000}), tmp_path / "out")
    (tmp_path / "a.zip").write_bytes(b"PK nothing")
    with pytest.raises(VBGError, match="cannot be unpacked"):
        unpack(tmp_path / "a.zip", tmp_path / "out")
    assert not [*tmp_path.glob("out*")]


def test_a_damaged_file_is_told_wherever_it_is_damaged(tmp_path):
    path = packed(tmp_path, **{"t.csv": "id,title\n" * 40, ".": "x"})
    whole, told = path.read_bytes(), []
    for place in range(0, len(whole), 3):
        path.write_bytes(whole[:place] + b"\xd7\x9a" + whole[place + 2 :])
        try:
            unpack(path, tmp_path / "out" / str(place))
        except VBGError as error:
            told.append(error)
    assert told
