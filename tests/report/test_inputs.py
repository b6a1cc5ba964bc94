import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Task
from vbg_framework.report.inputs import read_inputs

FORM = Task("form", classes=("bowl", "vase", "jar"))


def test_everything_a_finished_run_left_is_read(fabricate):
    inputs = read_inputs(fabricate(FORM, name="porcelain"))
    assert inputs.name == "porcelain"
    assert inputs.run.startswith("porcelain/")
    assert inputs.experiment["tasks"] == ["form"]
    assert inputs.environment["cpu_count"] == 2
    assert {line["kind"] for line in inputs.lines} == {"train", "validation"}
    assert inputs.metrics["test"]["form"]["n"] > 0
    assert inputs.mistakes
    assert not inputs.error


def test_what_an_unfinished_run_does_not_have_is_empty(fabricate):
    inputs = read_inputs(fabricate(FORM, state="empty"))
    assert (inputs.lines, inputs.metrics, inputs.mistakes) == ([], {}, [])
    assert "not finite" in inputs.error


def test_a_folder_that_is_not_a_run_gets_a_clear_message(tmp_path):
    with pytest.raises(VBGError, match=r"config\.yaml: no such file"):
        read_inputs(tmp_path)


def test_a_broken_file_gets_a_clear_message(fabricate):
    folder = fabricate(FORM)
    (folder / "metrics.json").write_text('{"test": ')
    with pytest.raises(VBGError, match=r"metrics\.json: is damaged"):
        read_inputs(folder)


def test_a_broken_table_gets_a_clear_message(fabricate):
    folder = fabricate(FORM)
    (folder / "mistakes.parquet").write_bytes(b"not a table")
    with pytest.raises(VBGError, match=r"mistakes\.parquet: is damaged"):
        read_inputs(folder)
