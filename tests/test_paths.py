"""Finding files that an experiment names."""

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.paths import locate


def test_an_absolute_path_means_itself(tmp_path):
    file = tmp_path / "table.csv"
    file.touch()
    assert locate(str(file), variable="VBG_DATA") == file


def test_a_relative_path_is_found_in_the_working_folder_first(tmp_path, monkeypatch):
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "table.csv").touch()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("VBG_DATA", str(tmp_path / "there"))
    assert locate("table.csv", variable="VBG_DATA") == tmp_path / "here" / "table.csv"


def test_a_relative_path_is_found_in_the_folder_of_the_variable(tmp_path, monkeypatch):
    (tmp_path / "set").mkdir()
    monkeypatch.setenv("VBG_DATA", str(tmp_path))
    assert locate("set", variable="VBG_DATA") == tmp_path / "set"


def test_a_missing_file_names_the_places_and_the_variable(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VBG_WEIGHTS", raising=False)
    with pytest.raises(VBGError, match=r"vit: no such file .*VBG_WEIGHTS is not set.*Set VBG_WEIGHTS .*--set"):
        locate("vit", variable="VBG_WEIGHTS")
    monkeypatch.setenv("VBG_WEIGHTS", "/nowhere")
    with pytest.raises(VBGError, match="/nowhere/vit"):
        locate("vit", variable="VBG_WEIGHTS")


def test_a_missing_absolute_path_is_an_error_too(tmp_path):
    with pytest.raises(VBGError, match="no such file"):
        locate(str(tmp_path / "absent"), variable="VBG_DATA")
