import os
import time

import pytest
from filelock import FileLock

from vbg_framework.base.cached import DAY, cache_folder, everything, holders, remove, tidy
from vbg_framework.base.errors import VBGError
from vbg_framework.base.publication import write_json


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("VBG_CACHE", str(tmp_path))
    for name in ("data/own-1", "data/own-2.partial", "augmenters/gan-1", "features/vit-1"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "rows").write_bytes(b"x" * 100)
    write_json(tmp_path / "data" / "own-1" / "info.json", {"fingerprint": "f"})
    return tmp_path


def test_everything_is_listed_with_its_size_and_age(cache):
    old = time.time() - 3 * DAY
    for path in [*(cache / "features" / "vit-1").iterdir(), cache / "features" / "vit-1"]:
        os.utime(path, (old, old))
    found = {kept.name: kept for kept in everything()}
    assert [*found] == ["data/own-1", "data/own-2.partial", "features/vit-1", "augmenters/gan-1"]
    assert [kept.unfinished for kept in found.values()] == [False, True, False, True]
    assert found["features/vit-1"].size == 100
    assert found["features/vit-1"].days == pytest.approx(3, abs=0.01)
    assert found["data/own-1"].about() == {"fingerprint": "f"}


def test_what_a_process_holds_open_is_known(cache):
    kept = everything()[0]
    assert holders([kept.path]) == {}
    with (kept.path / "rows").open("rb"):
        assert holders([kept.path]) == {kept.path: os.getpid()}


def test_what_is_being_made_is_not_removed(cache):
    begun = everything()[1]
    with FileLock(cache / "data" / ".own-2.lock"), pytest.raises(VBGError, match="a process is making it"):
        remove(begun)
    remove(begun)
    assert not begun.path.exists()


def test_what_killed_processes_left_is_removed(cache):
    left = [cache / "pools" / "a.1-abcdef.partial", cache / "data" / ".own-3.removed"]
    for path in left:
        path.mkdir(parents=True)
    os.utime(left[0], (0, 0))
    assert sorted(tidy()) == sorted(left)
    assert not any(path.exists() for path in left)


def test_the_cache_lies_where_the_variable_says(cache):
    assert cache_folder("data") == cache / "data"


def test_where_the_home_folder_cannot_be_written_it_lies_with_the_temporary_files(tmp_path, monkeypatch):
    monkeypatch.delenv("VBG_CACHE")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder("data") == tmp_path / "home" / ".cache" / "vbg-framework" / "data"
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write where nobody may
    (folder,) = {cache_folder("data").parent for _ in range(2)}
    assert folder.parent == tmp_path
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_somebody_else_laid_there_is_not_used(tmp_path, monkeypatch):
    monkeypatch.delenv("VBG_CACHE")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("os.access", lambda path, mode: False)
    monkeypatch.setattr("os.getuid", lambda: 4321)
    (tmp_path / "vbg-framework-4321").mkdir()
    with pytest.raises(VBGError, match="is not a folder of this user. Set VBG_CACHE"):
        cache_folder("data")
