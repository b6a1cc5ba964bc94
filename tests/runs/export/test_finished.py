import shutil

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.data.preparation.cache import data_cache
from vbg_framework.runs.export.finished import FinishedRun


@pytest.fixture
def copy(tiny_run, tmp_path):
    folder = tmp_path / "tiny" / "1"
    shutil.copytree(tiny_run.path / "model", folder / "model")
    for name in ("config.yaml", "environment.json", "metrics.json"):
        shutil.copy(tiny_run.path / name, folder)
    return RunFolder(folder)


def test_a_run_that_did_not_finish_is_not_exported(copy):
    (copy.path / "metrics.json").unlink()
    with pytest.raises(VBGError, match=r"only a finished run can be exported, got one that is interrupted. Finish it"):
        FinishedRun(copy, load_plugins())


def test_a_run_without_its_weights_is_named(copy):
    (copy.path / "model" / "model.safetensors").unlink()
    with pytest.raises(VBGError, match="the weights are not there"):
        FinishedRun(copy, load_plugins())


def test_broken_and_missing_files_are_named(copy):
    (copy.path / "environment.json").unlink()
    with pytest.raises(VBGError, match=r"environment.json: no such file. Restore the file"):
        FinishedRun(copy, load_plugins())
    (copy.path / "metrics.json").write_text("{")
    with pytest.raises(VBGError, match=r"metrics.json: is damaged"):
        FinishedRun(copy, load_plugins())


def test_its_name_is_safe_for_a_folder(copy):
    config = (copy.path / "config.yaml").read_text().replace("name: tiny\n", "name: ../../a b\n")
    (copy.path / "config.yaml").write_text(config)
    assert FinishedRun(copy, load_plugins()).title == ".._.._a_b-1"


def test_the_data_is_found_by_its_fingerprint(finished, copy, tmp_path, monkeypatch):
    broken = data_cache() / "broken" / "info.json"
    broken.parent.mkdir()
    broken.write_text("[]")  # of another data set
    assert finished.prepared.fingerprint == finished.environment["data_fingerprint"]
    broken.unlink()
    broken.parent.rmdir()
    monkeypatch.setenv("VBG_CACHE", str(tmp_path / "elsewhere"))
    assert FinishedRun(copy, load_plugins()).prepared is None
