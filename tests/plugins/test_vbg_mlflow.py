import pytest
import vbg_mlflow
from vbg_mlflow import Observer, flat


def test_nested_options_become_dotted_names():
    assert flat({"train": {"steps": 3}, "tasks": ["form"]}) == {"train.steps": 3, "tasks": ["form"]}


def test_without_mlflow_nothing_happens(monkeypatch, tiny_run):
    monkeypatch.setattr(vbg_mlflow, "find_spec", lambda name: None)
    observer = Observer()
    observer.vbg_run_started(run=tiny_run)
    observer.vbg_epoch_finished(run=tiny_run, step=1, metrics={"loss": 1.0})
    observer.vbg_run_finished(run=tiny_run, error=None)
    assert observer.open == {}


def test_options_curves_and_results_arrive_in_mlflow(tiny_run, tmp_path, monkeypatch):
    mlflow = pytest.importorskip("mlflow")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'mlflow.db'}")
    monkeypatch.chdir(tmp_path)
    observer = Observer()
    observer.vbg_run_started(run=tiny_run)
    for line in tiny_run.lines():
        if line["kind"] == "validation":
            observer.vbg_epoch_finished(run=tiny_run, step=line["step"], metrics=line)
    observer.vbg_run_finished(run=tiny_run, error=None)
    (found,) = mlflow.search_runs(experiment_names=["tiny"], output_format="list")
    assert found.info.status == "FINISHED"
    assert found.data.params["train.steps"] == "12"
    test = tiny_run.read_json("metrics.json")["test"]
    assert found.data.metrics["test.form.accuracy"] == pytest.approx(test["form"]["accuracy"])
