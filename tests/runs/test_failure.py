from types import SimpleNamespace

import pytest
from tiny import TINY

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.runs.failure import failure
from vbg_framework.screen import Screen


def _job(path):
    run = RunFolder.begin(path / "runs" / "tiny" / "1", "tiny", {"tasks": []}, {})
    return SimpleNamespace(run=run, screen=Screen(), resolved=SimpleNamespace(name="tiny", parts={}))


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (VBGError("here", "it is wrong", "Mend it."), "here: it is wrong. Mend it."),
        (OSError(28, "full", "x"), "x: the disk is full. Make room. Then go on with: vbg run tiny --resume."),
        (ValueError("odd\nmore"), "tiny/1: ValueError: odd. Traceback: "),
        (
            MemoryError(),
            "tiny/1: the memory is used up (MemoryError). Close other programs, or set smaller batches. Then",
        ),
    ],
)
def test_every_error_is_one_line_and_stands_in_the_folder(tmp_path, error, line):
    job = _job(tmp_path)
    assert str(failure(error, job)).startswith(line.rstrip("."))
    assert (type(error).__name__ in (job.run.path / "error.txt").read_text()) is not isinstance(error, VBGError)


def test_a_lack_of_memory_is_not_told_as_damage(tmp_path, monkeypatch):
    def short(*_):
        try:
            raise RuntimeError("can't start new thread")
        except RuntimeError as error:
            raise VBGError("cache/tiny", f"not a prepared data set ({error})", "Remove it.") from error

    monkeypatch.setattr("vbg_framework.runs.execute.prepare_data", short)
    with pytest.raises(
        VBGError, match=r"the memory is used up \(can't start .* Then go on with: vbg run tiny --resume"
    ):
        vbg_framework.run("tiny", registry=TINY, runs=tmp_path)
