"""What a model says of records that have one input alone."""

import shutil

import pytest

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.data.loading.opening import open_items
from vbg_framework.runs.evidence.alone import FILE, said_alone
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen


@pytest.fixture(scope="module")
def finished(tiny_run, tmp_path_factory):
    run = RunFolder(shutil.copytree(tiny_run.path, tmp_path_factory.mktemp("runs") / "run"))
    return FinishedRun(run, load_plugins())


@pytest.fixture(scope="module")
def items(finished):
    return open_items(finished.resolved.experiment, finished.prepared)[1]["test"]


@pytest.fixture(autouse=True)
def anew(finished):
    (finished.run.path / FILE).unlink(missing_ok=True)


def test_it_is_what_the_model_predicts_of_a_record_that_lacks_everything_else(finished, items):
    said = said_alone(finished, items, Screen())
    assert len(said) == len(items) > 0
    for place, each in enumerate(said):
        inputs = items.record(place).inputs
        for modality in ("image", "text"):
            if not inputs.get(modality):
                assert all(modality not in answers for answers in each.values())
                continue
            (slow,) = finished.model.predict([{modality: inputs[modality]}])
            assert {task: answers[modality] for task, answers in each.items()} == {
                task: [name] for task, name in slow.classes.items()
            }


def test_the_model_is_asked_once_and_again_for_other_records_or_a_damaged_file(finished, items, monkeypatch):
    first = said_alone(finished, items, Screen())
    asked, answers = [], finished.model.answers
    monkeypatch.setattr(finished.model, "answers", lambda batch: asked.append(1) or answers(batch))
    assert said_alone(finished, items, Screen()) == first
    assert asked == []
    (finished.run.path / FILE).write_text('{"about": 1')
    assert said_alone(finished, items, Screen()) == first
    assert asked
    backwards = items.select(range(len(items))[::-1])
    assert said_alone(finished, backwards, Screen()) == first[::-1]
