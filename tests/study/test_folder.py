"""The files of a study."""

import json

import pytest
from test_plan import PLAN

from vbg_framework.base.errors import VBGError
from vbg_framework.study.folder import StudyFolder, find_study, list_studies
from vbg_framework.study.plan import Trial


def test_a_new_study_has_its_plan(tmp_path):
    folder = StudyFolder.create(tmp_path, PLAN, {"python": "3"})
    assert folder.plan() == PLAN
    assert folder.read_json("environment.json") == {"python": "3"}
    assert folder.run(Trial("gan", 2)).path == folder.path / "runs" / "gan" / "02"


def test_a_notebook_shows_its_arms_and_how_far_it_is(tmp_path):
    shown = StudyFolder.create(tmp_path, PLAN, {})._repr_html_()
    assert "gan" in shown
    assert f"0 of {sum(1 for _ in PLAN.trials())} finished" in shown


def test_a_plan_that_was_changed_afterwards_is_refused(tmp_path):
    folder = StudyFolder.create(tmp_path, PLAN, {})
    content = json.loads((folder.path / "plan.json").read_text())
    folder.write_json("plan.json", {**content, "metric": "accuracy"})
    with pytest.raises(VBGError, match="was changed after the study began"):
        folder.plan()


def test_a_study_is_found_by_folder_by_id_and_as_the_newest_of_its_name(tmp_path):
    first, second = (StudyFolder.create(tmp_path, PLAN, {}) for _ in range(2))
    assert [study.name for study in list_studies(tmp_path)] == [first.name, second.name]
    for name, wanted in ((str(first.path), first), (first.name, first), ("s", second)):
        assert find_study(tmp_path, name).path == wanted.path
    with pytest.raises(VBGError, match="vbg compare other"):
        find_study(tmp_path, "other")


def test_two_processes_do_not_drive_one_study(tmp_path):
    folder = StudyFolder.create(tmp_path, PLAN, {})
    with folder.locked(), pytest.raises(VBGError, match="another process"), folder.locked():
        pass
