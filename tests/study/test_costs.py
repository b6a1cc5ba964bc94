"""What arms cost, as the page of a study shows it."""

import json

from small_study import make_study, plan

from vbg_framework.study.comparison.analysis import analyse
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.plan import Trial
from vbg_framework.study.report.costs import budget, costs, devices
from vbg_framework.study.report.panels import view
from vbg_framework.study.report.publish import write_study_report

ARMS = ("none", "gan", "duplicate-gan")


def change(folder, trial, **changes):
    path = folder.run(trial).path / "metrics.json"
    metrics = json.loads(path.read_text())
    metrics["generated"] |= changes
    path.write_text(json.dumps(metrics))


def cells(folder, arm):
    found = costs(analyse(gather(folder)))
    row = next(row for row in found["rows"] if row["name"] == arm)
    return [*zip(found["titles"], row["cells"], strict=True)]


def test_a_row_holds_time_and_memory_of_fitting_and_generating(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 1))
    assert cells(folder, "gan") == [
        ("Fitting", "5.0 min"), ("peak memory", "812 MiB"), ("Generating", "12.5 s"), ("per 1,000 kept", "1.0 min"),
        ("peak memory", "2.0 GiB"), ("Steps", "200 (2.0 times the least)"), ("Training", "41.0 s"),
        ("In all", "5.9 min"),
    ]  # fmt: skip


def test_unequal_budgets_of_optimiser_steps_are_told_as_times_the_least():
    assert [budget(steps, 50_000) for steps in (50_000, 150_000)] == ["50,000", "150,000 (3.0 times the least)"]
    assert budget(0, 0) == "0"  # heads that are fitted


def test_the_memory_of_a_gpu_stands_beside_that_of_the_process_and_the_machine_is_named(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 1))
    change(folder, Trial("gan", 1), fit_device_memory=3072.0, fit_device="NVIDIA H200")
    assert cells(folder, "gan")[1] == ("peak memory", "812 MiB, 3.0 GiB on the device")
    assert devices(gather(folder)) == ["CPU, 2 cores", "NVIDIA H200"]


def test_costs_nobody_measured_are_not_known_rather_than_nothing(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 1))
    change(folder, Trial("gan", 1), fit_memory=None, seconds_per_1000=None)
    assert gather(folder).column("gan", "fit_memory") == {1: None}
    assert [cells(folder, "gan")[i][1] for i in (1, 3)] == ["—", "—"]
    assert cells(folder, "none")[1] == ("peak memory", "—")


def test_a_run_from_before_there_were_accounts_is_shown(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 1))
    path = folder.run(Trial("gan", 1)).path / "metrics.json"
    metrics = json.loads(path.read_text())
    metrics["generated"] = {"task": "form", "rounds": 1, "used_round": 1, "records": 3, "fit_seconds": 2.0}
    path.write_text(json.dumps(metrics))
    assert [cell for _, cell in cells(folder, "gan")][:5] == ["2.0 s", "—", "0.0 s", "—", "—"]


def test_both_reports_hold_the_table(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 2))
    write_study_report(folder)
    text = (folder.path / "REPORT.md").read_text()
    assert (
        "| Arm | Fitting | peak memory | Generating | per 1,000 kept | peak memory | Steps | Training | In all |"
        in text
    )
    assert "Augmenters ran on: CPU, 2 cores." in text
    assert "augmenters ran on: CPU, 2 cores" in (folder.path / "report.html").read_text(encoding="utf-8")


def test_several_tasks_are_one_point_against_cost_and_a_plot_each_against_share(tmp_path):
    results = gather(make_study(tmp_path, plan(ARMS, 2)))
    shown = view(analyse(results), results)
    assert "mean over the tasks" not in shown["pareto"]
    assert [each["task"] for each in shown["shares"]] == ["form"]
