import errno
import os

import pytest

from vbg_framework.base.system_error import system_error


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "/a/b: the disk is full. Make room. Then resume."),
        (errno.EROFS, "/a/b: the file system is read-only. Choose another folder. Then resume."),
        (errno.EMFILE, "/a/b: too many files are open. Raise the limit: ulimit -n 1024. Then resume."),
        (errno.ECHILD, f"/a/b: {os.strerror(errno.ECHILD)}. Then resume."),
    ],
)
def test_an_error_of_the_system_is_told_with_the_next_step(number, said):
    assert str(system_error(OSError(number, os.strerror(number), "/a/b"), then="Then resume.")) == said


def test_an_error_without_a_file_is_told_of_the_place():
    assert str(system_error(OSError(errno.ENOSPC, "full"), "output")) == "output: the disk is full. Make room."
