import os
import threading
from pathlib import Path

import pytest

from vbg_framework.base.digest import file_digest, verify
from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.base.jsonl import read_lines
from vbg_framework.base.regular_file import refuse_special, regular
from vbg_framework.base.yaml_file import read_yaml


@pytest.fixture
def pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


@pytest.mark.parametrize("read", [regular, read_json, read_lines, read_yaml, file_digest])
def test_no_reader_waits_for_a_pipe_in_the_place_of_a_file(read, pipe):
    with pytest.raises(VBGError, match=r"pipe: is a pipe or a device, not a file\. Remove it"):
        read(pipe)


def test_a_link_to_a_device_is_refused(tmp_path):
    (tmp_path / "zeros").symlink_to("/dev/zero")
    with pytest.raises(VBGError, match="zeros: is a pipe or a device"):
        regular(tmp_path / "zeros")


def test_files_folders_and_what_is_missing_are_let_through(tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file", tmp_path / "missing", tmp_path / "a\0b"):
        assert regular(path) == path


def test_a_pipe_of_the_shell_is_read():
    get, put = os.pipe()
    threading.Thread(target=lambda: (os.write(put, b"a: 1"), os.close(put))).start()
    assert read_yaml(Path(f"/dev/fd/{get}")) == {"a": 1}
    os.close(get)


def test_a_folder_with_a_pipe_anywhere_in_it_is_refused(pipe):
    for check in (refuse_special, lambda folder: verify(folder, {}, "")):
        with pytest.raises(VBGError, match="pipe: is a pipe or a device"):
            check(pipe.parent.parent)
