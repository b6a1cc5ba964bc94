import errno
import os
import shutil
import signal
import time

import pytest
from faults.kill import ended

from vbg_framework.base.publication import discard, leftovers, publish, sweep, write_json, written


def test_a_file_appears_when_it_is_whole(tmp_path):
    with written(tmp_path / "a.txt") as partial:
        partial.write_text("new")
        assert not (tmp_path / "a.txt").exists()
    assert (tmp_path / "a.txt").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_what_fails_leaves_the_file_as_it_was(tmp_path):
    (tmp_path / "a.txt").write_text("old")

    def stopped():
        with written(tmp_path / "a.txt") as partial:
            partial.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert (tmp_path / "a.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_takes_the_place_of_another(tmp_path):
    for content in ("one", "two"):
        with written(tmp_path / "folder") as partial:
            partial.mkdir()
            (partial / content).touch()
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["two"]


def test_two_may_write_the_same_file(tmp_path):
    with written(tmp_path / "a") as one, written(tmp_path / "a") as other:
        one.write_text("1")
        other.write_text("2")
    assert (tmp_path / "a").read_text() == "1"


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("I/O error: No space left on device (os error 28)"),
        RuntimeError(OSError(errno.ENOSPC, "No space left on device")),
        shutil.Error([("a", "b", "[Errno 28] No space left on device: 'a' -> 'b'")]),
        OSError(errno.ENOSPC, "Error writing bytes"),
    ],
)
def test_a_full_disk_told_by_a_library_is_an_error_of_the_system_that_names_the_file(tmp_path, error):
    wanted = pytest.raises(OSError, match="No space left")
    with wanted as caught, written(tmp_path / "a"):
        raise error
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(tmp_path / "a"))


@pytest.mark.skipif(os.name == "nt", reason="rights of another kind")
def test_a_published_file_is_readable_for_whom_new_files_are(tmp_path):
    (tmp_path / "plain").touch()
    (tmp_path / "partial").touch(0o600)
    publish(tmp_path / "partial", tmp_path / "done")
    assert (tmp_path / "done").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_a_killed_process_left_is_swept_away_and_nothing_else(tmp_path):
    old, other = tmp_path / "a.json.12-abcdef.partial", tmp_path / "data-1.partial"
    for path in (old, other):
        path.touch()
    assert list(leftovers(tmp_path)) == []
    os.utime(old, (time.time() - 7200,) * 2)
    os.utime(other, (time.time() - 7200,) * 2)
    assert sweep(tmp_path) == [old]
    assert list(tmp_path.iterdir()) == [other]


def test_a_number_that_json_does_not_know_is_refused(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", float("inf"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("at", range(1, 8))
def test_a_kill_while_a_folder_is_replaced_loses_neither_the_old_nor_the_new(tmp_path, at):
    for content in ("old", "new"):
        (tmp_path / content).mkdir()
        (tmp_path / content / content).touch()
    partial = (tmp_path / "new").rename(tmp_path / "old.1-abcdef.partial")
    done = ended(lambda: publish(partial, tmp_path / "old") or 0, at)
    assert done.status in (None, 0)
    sweep(tmp_path, age=0)
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert [path.name for path in (tmp_path / "old").iterdir()] == ["old" if at <= 3 else "new"]


def test_what_a_killed_process_left_goes_when_the_file_is_written_again_and_what_a_living_one_writes_stays(tmp_path):
    def half() -> int:
        with written(tmp_path / "a") as partial:
            partial.write_text("half")
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    assert ended(half).status is None
    assert len(list(tmp_path.iterdir())) == 1
    with written(tmp_path / "a") as other:
        other.write_text("living")
        write_json(tmp_path / "a", "whole")
    assert (tmp_path / "a").read_text() == "living"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_a_process_left_that_has_ended_and_nobody_has_waited_for_goes_too(tmp_path):
    child = os.fork()
    if not child:
        with written(tmp_path / "a") as partial:
            partial.write_text("half")
            os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # it stays, for its parent to ask for its status
    assert len(list(tmp_path.iterdir())) == 1
    write_json(tmp_path / "a", "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    os.waitpid(child, 0)


def test_folders_are_removed_and_one_that_another_process_removed_counts_as_removed(tmp_path):
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    discard(tmp_path, ["one", "gone", "two"])
    assert [path.name for path in tmp_path.iterdir()] == ["three"]
