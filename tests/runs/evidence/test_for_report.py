"""The evidence in the report of a run: made once, the same again, and gone when it is another model's."""

import shutil

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.report.evidence import FILE, kept
from vbg_framework.runs.evidence import for_report
from vbg_framework.runs.evidence.for_report import write_evidence
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen


@pytest.fixture
def run(tiny_run, tmp_path):
    return RunFolder(shutil.copytree(tiny_run.path, tmp_path / "tiny" / "run"))


def made(run):
    write_evidence(Evidence(FinishedRun(run, load_plugins()), Screen()), Screen())
    found, why = kept(run.path)
    assert why == ""
    return {**found, "seconds": 0}


def test_it_holds_all_parts_and_is_the_same_when_it_is_made_again(run):
    found = made(run)
    assert [task["name"] for task in found["tasks"]] == ["form", "glaze"]
    assert found["explained"] == sum(len(task["examples"]) for task in found["tasks"]) > 0
    tested = sum(point["part"] == "test" for point in found["map"]["points"])
    for task in found["tasks"]:
        assert sum(share["records"] for share in task["shares"]) == tested
        assert all({*share["inputs"]} == {"image", "text"} for share in task["shares"])
    assert [panel["name"] for panel in found["map"]["panels"]] == ["image", "text", "fused", "answers"]
    assert made(run) == found


def test_a_command_that_is_stopped_leaves_what_was_there(run, monkeypatch):
    made(run)
    before = (run.path / FILE).read_bytes()

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(for_report, "examples", stopped)
    with pytest.raises(KeyboardInterrupt):
        made(run)
    assert (run.path / FILE).read_bytes() == before
    assert kept(run.path)[1] == ""


def test_without_predictions_the_message_says_so(run):
    (run.path / "predictions.parquet").unlink()
    with pytest.raises(VBGError, match="its predictions are gone"):
        made(run)
