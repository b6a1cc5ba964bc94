from vbg_framework.base.run_folder import RunFolder
from vbg_framework.runs.summary import summary


def test_the_summary_names_every_task_the_time_and_the_report(tiny_run):
    text = summary(tiny_run)
    metrics = tiny_run.read_json("metrics.json")
    for task, scores in metrics["test"].items():
        assert task in text
        assert f"{scores['macro_f1']:.3f}" in text
    assert f"{metrics['steps']} steps" in text
    sets = metrics["confidence"]["form"]
    assert f"form: mean set size {sets['set_size']:.1f} classes, coverage {sets['coverage']:.0%}" in text
    assert str(tiny_run.path / "report.html") in text


def test_a_metric_that_could_not_be_computed_is_a_dash(tmp_path):
    run = RunFolder.create(tmp_path, "exp", {}, {})
    scores = {"n": 3, "accuracy": 1.0, "roc_auc": None}
    run.write_json("metrics.json", {"test": {"form": scores}, "training_seconds": 1.0, "steps": 2, "best_step": 1})
    assert summary(run).splitlines()[1].split() == ["form", "3", "1.000", "-", "-", "-", "-"]


def test_a_temperature_that_was_not_learnt_is_told_with_the_reason(tmp_path):
    run = RunFolder.create(tmp_path, "exp", {}, {})
    confidence = {"form": {"temperature": 1.0, "least": None, "note": "validation too easy"}, "kiln": {"note": ""}}
    metrics = {"test": {"form": {"n": 3}}, "training_seconds": 1.0, "steps": 2, "best_step": 1}
    run.write_json("metrics.json", metrics | {"confidence": confidence})
    assert [line for line in summary(run).splitlines() if line[:4] == "Note"] == ["Note   form: validation too easy."]
