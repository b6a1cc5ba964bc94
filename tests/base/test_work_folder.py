"""A folder that one process at a time works in."""

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.base.work_folder import WorkFolder


def test_what_is_written_is_read_back_and_nothing_half_written_is_left(tmp_path):
    folder = WorkFolder(tmp_path)
    folder.write_json("a.json", {"name": "Krüge", "value": 0.5})
    assert folder.read_json("a.json") == {"name": "Krüge", "value": 0.5}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_number_that_json_does_not_know_is_refused_and_the_old_file_stays(tmp_path):
    folder = WorkFolder(tmp_path)
    folder.write_json("a.json", 1)
    with pytest.raises(ValueError, match="JSON"):
        folder.write_json("a.json", float("nan"))
    assert folder.read_json("a.json") == 1


def test_only_one_at_a_time_holds_it(tmp_path):
    folder = WorkFolder(tmp_path)
    wanted = pytest.raises(VBGError, match="another process is working on this. Wait for it")
    with folder.locked(), wanted, folder.locked():
        pass
    with folder.locked():
        pass
