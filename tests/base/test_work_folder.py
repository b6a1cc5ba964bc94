"""A folder that one process at a time works in."""

import multiprocessing
import os

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.base.work_folder import WorkFolder, filled_folder, folders


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


def fill(folder):
    (folder / "a.txt").write_text("a")


def test_a_folder_appears_with_its_files_and_never_takes_the_place_of_another(tmp_path):
    made = [filled_folder(tmp_path / "new", fill) for _ in range(3)]
    assert len({*made}) == 3
    assert all((path / "a.txt").read_text() == "a" for path in made)
    with pytest.raises(ZeroDivisionError):
        filled_folder(tmp_path / "new", lambda _: 1 / 0)
    assert len([*(tmp_path / "new").iterdir()]) == 3


def test_what_a_killed_process_left_of_its_folder_goes(tmp_path):
    def fill_and_die(folder):
        fill(folder)
        os._exit(1)

    home = tmp_path / "x"
    child = multiprocessing.get_context("fork").Process(target=filled_folder, args=(home, fill_and_die))
    child.start()
    child.join()
    assert [path.suffix for path in home.iterdir()] == [".partial"]
    assert folders(tmp_path, "x", "a.txt") == []
    made = filled_folder(home, fill)
    assert [*home.iterdir()] == folders(tmp_path, "x", "a.txt") == [made]
