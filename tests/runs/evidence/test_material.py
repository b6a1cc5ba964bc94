"""The records of a run with their parts and vectors."""

import numpy as np
import pytest
from laws import predictions, rows, write

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.evidence.material import FILE, Evidence
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen
from vbg_framework.ui.workbench import open_run


def test_every_record_of_the_run_is_there_with_its_part_and_encoders_are_asked_once(tiny_run):
    finished = FinishedRun(tiny_run, load_plugins())
    evidence = Evidence(finished, Screen())
    counts = tiny_run.read_json("metrics.json")["data"]["counts"]
    assert {part: evidence.parts.count(part) for part in counts} == counts
    assert evidence.ids == sorted(evidence.ids)
    written = (tiny_run.path / FILE).stat().st_mtime_ns
    again = Evidence(finished, Screen())
    assert (again.embedding.joint() == evidence.embedding.joint()).all()
    assert (tiny_run.path / FILE).stat().st_mtime_ns == written
    one = evidence.ids[3]
    assert evidence.prepared.table[evidence.row(one)]["id"] == one


def test_without_the_data_the_message_says_what_to_do(tiny_run, monkeypatch):
    finished = FinishedRun(tiny_run, load_plugins())
    monkeypatch.setattr(type(finished), "prepared", None)
    with pytest.raises(VBGError, match="the data it learnt from is not on this machine.*vbg data prepare"):
        Evidence(finished, Screen())


def test_its_records_are_what_the_model_read_known_labels_too(tmp_path, monkeypatch):
    write(tmp_path / "in", rows(False), False)
    monkeypatch.chdir(tmp_path / "in")
    run = vbg_framework.run("known", runs=tmp_path / "runs", accept_loss=True)
    evidence = Evidence(finished := FinishedRun(run, load_plugins()), Screen())
    bench = open_run(run, load_plugins())
    for identity, tasks in predictions(run.path).items():
        for items, place in ((evidence.items, evidence.place(identity)), (bench.items, bench.places[identity])):
            [said] = finished.model.predict([items.record(place)])
            for task, expected in tasks.items():
                assert np.abs(list(said.probabilities[task].values()) - expected).max() < 1e-5, (identity, task)
