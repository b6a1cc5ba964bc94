"""What is looked at."""

from types import SimpleNamespace

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import load_plugins
from vbg_framework.ui.workbench import open_run


def test_a_run_brings_the_very_data_it_learnt_from(bench, tiny_run):
    assert bench.title == tiny_run.name
    assert bench.split.model_dump(mode="json") == tiny_run.config()["experiment"]["split"]
    assert bench.collection.prepared.fingerprint == tiny_run.environment()["data_fingerprint"]
    assert [bench.places[name] for name in bench.collection.ids] == list(range(len(bench.collection)))
    assert bench.items.record(3).id == bench.collection.ids[3]


def test_labels_to_doubt_are_those_of_vbg_doubt(bench):
    assert set(bench.doubts.wait()) == {"form", "glaze"}
    known = bench.doubts.wait()["form"]
    doubted = bench.doubted("form")
    flagged = {bench.places[row.id] for row in known.rows if row.flagged or row.copies}
    assert {place for place, is_one in enumerate(doubted.flagged) if is_one} == flagged
    assert bench.doubted("no task") is None


def test_a_data_set_without_a_run_has_records_and_no_answers(hostile):
    assert len(hostile.collection) == 8
    assert (hostile.model, hostile.evidence, hostile.doubts) == (None, None, None)
    assert hostile.doubted("kind") is None


def test_a_run_that_is_not_finished_or_whose_data_is_gone_is_named(tiny_run, monkeypatch, tmp_path):
    with pytest.raises(VBGError, match="is failed, and has no answers yet"):
        open_run(SimpleNamespace(state="failed", name="r"), load_plugins())
    monkeypatch.setenv("VBG_CACHE", str(tmp_path))
    with pytest.raises(VBGError, match="is not on this machine, or has changed"):
        open_run(tiny_run, load_plugins())
