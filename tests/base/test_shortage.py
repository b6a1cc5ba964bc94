import errno

import pytest

from vbg_framework.base import shortage as module
from vbg_framework.base.errors import VBGError
from vbg_framework.base.shortage import pass_on, shortage


def _raised(error, cause=None):
    try:
        try:
            if cause:
                raise cause
        except Exception:
            raise error from None
        raise error
    except Exception as caught:
        return caught


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("can't start new thread"),
        RuntimeError("CUDA out of memory. Tried to allocate 20 MiB."),
        ImportError("libtorch_cpu.so: failed to map segment from shared object"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
    ],
)
def test_a_lack_of_memory_is_told_as_one_however_it_is_raised(error):
    assert str(shortage(error)).startswith("vbg: the memory is used up (")
    assert shortage(_raised(VBGError("a file", "is damaged"), error)) is not None


def test_a_line_that_tells_of_memory_itself_stays():
    line = VBGError("run", "out of memory with 1 records per pass", "Take smaller pictures.")
    assert shortage(_raised(line, MemoryError())) is line


def test_a_lack_of_open_files_is_told_as_one():
    assert str(shortage(OSError(errno.EMFILE, "Too many open files"))).startswith("vbg: too many files are open (")


@pytest.mark.parametrize(
    "error", [None, ValueError("out of memory"), OSError(errno.ENOSPC, "full"), VBGError("a", "b")]
)
def test_other_errors_are_no_shortage(error):
    assert shortage(error) is None


def test_a_sentence_that_can_mean_a_lack_of_memory_counts_if_there_is_none(monkeypatch):
    error = RuntimeError("could not create a primitive")
    assert shortage(error) is None
    monkeypatch.setattr(module, "ROOM", 1 << 60)
    assert str(shortage(error)).startswith("vbg: the memory is used up (could not create a primitive)")


def test_an_item_that_asks_for_more_than_any_machine_has_is_blamed_itself(monkeypatch):
    pass_on(MemoryError())
    pass_on(ValueError())
    monkeypatch.setattr(module, "ROOM", 1 << 60)
    with pytest.raises(VBGError, match="the memory is used up"):
        pass_on(MemoryError())


def test_a_lack_of_open_files_is_never_the_fault_of_an_item():
    with pytest.raises(VBGError, match="too many files are open"):
        pass_on(OSError(errno.EMFILE, "Too many open files"))
