import json

import pytest

import vbg_framework
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.export.bundle import write_bundle
from vbg_framework.runs.export.finished import FinishedRun


@pytest.fixture(scope="module")
def folder(finished, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    write_bundle(finished, folder)
    return folder


def test_a_folder_answers_like_its_run(folder, tiny_run, monkeypatch, tmp_path):
    monkeypatch.setenv("VBG_CACHE", str(tmp_path / "empty"))
    record = {"text": {"title": "A blue bowl"}}
    ours, theirs = (next(vbg_framework.load(each).predict([record])) for each in (folder, tiny_run))
    assert ours == theirs


def test_nothing_goes_along_that_shows_single_records(folder):
    found = {path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file()}
    assert found == {"README.md", "config.yaml", "environment.json", "metrics.json", "model"}
    assert "command" not in json.loads((folder / "environment.json").read_text())


def test_a_folder_can_be_exported_again(folder, tmp_path):
    again = FinishedRun(RunFolder(folder), load_plugins())
    write_bundle(again, tmp_path)
    assert (tmp_path / "README.md").read_bytes() == (folder / "README.md").read_bytes()
