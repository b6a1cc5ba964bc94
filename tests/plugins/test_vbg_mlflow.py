import re
import shutil
import subprocess
import sys

import pytest
import vbg_mlflow
from vbg_mlflow import Observer, _log, flat


def test_nested_options_become_dotted_names():
    assert flat({"train": {"steps": 3}, "tasks": ["form"]}) == {"train.steps": 3, "tasks": ["form"]}


def test_keys_that_mlflow_does_not_take_stay_apart():
    classes = ["Vase, red", "Vase; red", "a.b", "../a", "x" * 300, "x" * 301, "Krug (blau)", "壺"]
    names = [*flat({"test": dict.fromkeys(classes, 1)})]
    assert len(set(names)) == len(classes)
    assert all(re.fullmatch(r"test\.[\w\- ]+", name) and len(name) < 250 for name in names)
    assert "test.壺" in names


def test_without_mlflow_nothing_happens(monkeypatch, tiny_run):
    monkeypatch.setattr(vbg_mlflow, "find_spec", lambda name: None)
    observer = Observer()
    observer.vbg_run_started(run=tiny_run)
    observer.vbg_epoch_finished(run=tiny_run, step=1, metrics={"loss": 1.0})
    observer.vbg_run_finished(run=tiny_run, error=None)
    assert observer.open == {}


BEGIN = """
import sys
from pathlib import Path
import mlflow
from vbg_mlflow import Observer
from vbg_framework.base.run_folder import RunFolder
print("ready", flush=True)
sys.stdin.readline()
Observer().vbg_run_started(run=RunFolder(Path(sys.argv[1])))
"""


def test_runs_that_begin_together_all_arrive_in_a_new_store(tiny_run, tmp_path, monkeypatch):
    mlflow = pytest.importorskip("mlflow")
    store = f"sqlite:///{tmp_path / 'mlflow.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    command, pipe = [sys.executable, "-c", BEGIN], subprocess.PIPE
    runs = [shutil.copytree(tiny_run.path, tmp_path / "tiny" / str(number)) for number in range(3)]
    begun = [subprocess.Popen([*command, run], stdin=pipe, stdout=pipe, cwd=tmp_path, text=True) for run in runs]
    assert [each.stdout.readline() for each in begun] == ["ready\n"] * 3
    for each in begun:
        each.stdin.write("\n")
        each.stdin.flush()
    assert [each.wait() for each in begun] == [0] * 3
    mlflow.set_tracking_uri(store)
    assert len(mlflow.search_runs(experiment_names=["tiny"], output_format="list")) == 3


def test_options_curves_and_results_arrive_in_mlflow(tiny_run, tmp_path, monkeypatch):
    mlflow = pytest.importorskip("mlflow")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'mlflow.db'}")
    monkeypatch.chdir(tmp_path)
    observer = Observer()
    observer.vbg_run_started(run=tiny_run)
    for line in tiny_run.lines():
        if line["kind"] == "validation":
            observer.vbg_epoch_finished(run=tiny_run, step=line["step"], metrics=line)
    resumed = Observer()  # another process goes on with the run
    resumed.vbg_run_started(run=tiny_run)
    _log(resumed.open[tiny_run.path], {"Vase, red": 0.5, "Vase; red": 0.25}, 0)
    resumed.vbg_run_finished(run=tiny_run, error=None)
    (found,) = mlflow.search_runs(experiment_names=["tiny"], output_format="list")
    assert found.info.status == "FINISHED"
    assert found.data.params["train.steps"] == "12"
    test = tiny_run.read_json("metrics.json")["test"]
    assert found.data.metrics["test.form.accuracy"] == pytest.approx(test["form"]["accuracy"])
    assert sorted(value for name, value in found.data.metrics.items() if name.startswith("Vase")) == [0.25, 0.5]
