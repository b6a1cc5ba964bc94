import os

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.base.promotion import FILE, model_in_use, promote, promotions
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.base.work_folder import WorkFolder


def finished(root, identity, when):
    run = RunFolder.begin(root / "exp" / identity, "exp", {}, {})
    (run.path / "model").mkdir()
    run.write_json("model/model.json", {})
    run.write_json("metrics.json", {"test": {}})
    run.finish()
    os.utime(run.path / "metrics.json", (when, when))
    return run


def test_a_newer_run_never_takes_the_place_of_the_one_in_use(tmp_path):
    first = finished(tmp_path, "1", 100)
    assert model_in_use(tmp_path, "exp").run.path == first.path
    finished(tmp_path, "2", 200)
    finished(tmp_path, "0", 300)  # begun before, resumed and finished after
    used = model_in_use(tmp_path, "exp")
    assert used.run.path == first.path
    assert used.line.startswith("Model  exp/1 (the first of 3 finished runs; none is promoted")


def test_what_was_promoted_is_used_and_remembered(tmp_path):
    finished(tmp_path, "1", 100)
    second = finished(tmp_path, "2", 200)
    finished(tmp_path, "3", 300)
    promote(second, {"before": "1"})
    used = model_in_use(tmp_path, "exp")
    assert used.run.path == second.path
    assert used.why.startswith("promoted 20")
    assert used.why.endswith("; 1 newer, the last 3")
    assert [(each["run"], each["before"]) for each in promotions(tmp_path, "exp")] == [("2", "1")]


def test_a_run_that_is_named_itself_is_used(tmp_path):
    finished(tmp_path, "1", 100)
    second = finished(tmp_path, "2", 200)
    for name in ("exp/2", "2", str(second.path)):
        assert model_in_use(tmp_path, name).run.path == second.path
        assert model_in_use(tmp_path, name).why == ""


def test_what_cannot_be_is_said(tmp_path):
    open_run = RunFolder.begin(tmp_path / "exp" / "1", "exp", {}, {})
    with pytest.raises(VBGError, match="only a finished run can be promoted, got one that is interrupted"):
        promote(open_run, {})
    with pytest.raises(VBGError, match="no run 'other'"):
        model_in_use(tmp_path, "other")
    (tmp_path / "exp" / FILE).write_text('[{"run": "gone", "when": "2026-01-01"}]')
    with pytest.raises(VBGError, match="the promoted run gone is gone"):
        model_in_use(tmp_path, "exp")
    (tmp_path / "exp" / FILE).write_text("[")
    with pytest.raises(VBGError, match="is damaged"):
        model_in_use(tmp_path, "exp")


def test_two_who_promote_at_once_lose_neither(tmp_path):
    run = finished(tmp_path, "20260101-000000", 1)
    with WorkFolder(run.path.parent).locked(), pytest.raises(VBGError, match="another process is working on this"):
        promote(run, {})
    promote(run, {})
    assert [entry["run"] for entry in promotions(tmp_path, run.path.parent.name)] == [run.path.name]
