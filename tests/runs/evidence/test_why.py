"""What is told of one record."""

import pyarrow.parquet as pq
import pytest

from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.evidence.why import why
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen


@pytest.fixture(scope="module")
def finished(tiny_run):
    return FinishedRun(tiny_run, load_plugins(), lambda _: None)


def test_answers_are_those_of_the_run_and_training_records_lie_near(finished, tiny_run):
    row = pq.read_table(tiny_run.path / "predictions.parquet").to_pylist()[0]
    evidence = Evidence(finished, Screen())
    result = why(finished, evidence.items.record(evidence.place(row["id"])), ["form"], evidence, alike=2)
    assert [each.label for each in result.results] == [row["form_predicted"]]
    assert {line.partition(":")[0] for line in result.lines()} == {row["id"]}
    assert [each["near"].part for each in result.near] == ["train", "train"]
    assert result.run == tiny_run.name
    assert set(result.faithful) == {"form"}


def test_without_evidence_nothing_is_near_and_all_tasks_are_answered(finished):
    result = why(finished, {"id": "mine", "text": {finished.model.fields()["text"][0]: "a jug"}})
    assert [each.task for each in result.results] == ["form", "glaze"]
    assert result.near == []
    assert result.picture is None


def test_what_is_warned_of_is_said_after_the_answers(finished, monkeypatch):
    monkeypatch.setattr("vbg_framework.runs.evidence.why.beyond", lambda *_: 0.995)
    evidence = Evidence(finished, Screen())
    result = why(finished, evidence.items.record(0), ["form"], evidence, alike=1)
    assert [each.beyond for each in result.results] == [0.995]
    first, *others = result.lines()
    assert "form '" in first
    assert others[-1] == f"{evidence.ids[0]}: {result.results[0].distance}"
    assert len(others) == len(result.results[0].json()["warnings"])
    unasked = why(finished, evidence.items.record(0), ["form"], evidence)
    assert unasked.results[0].beyond is None
