"""Trials, as the page of a study shows them."""

import csv
from dataclasses import replace

import pytest
from small_study import arm, make_study, plan

from vbg_framework.base.jsonl import write_lines
from vbg_framework.study.comparison.analysis import analyse
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.plan import Trial
from vbg_framework.study.report.costs import costs
from vbg_framework.study.report.publish import write_study_report
from vbg_framework.study.report.supplement import write_supplement
from vbg_framework.study.report.tuning import tuning

HEADS = [{"type": "ridge"}, {"type": "<b>linear</b>"}]
TUNE = {"trials": 2, "metric": "macro_f1", "seed": 0, "space": {"classifier": HEADS}}


@pytest.fixture
def folder(tmp_path):
    """Two arms in three replicates; the second trial is the best, except in the last replicate."""
    found = make_study(tmp_path, plan([replace(arm(name), tune=TUNE) for name in ("none", "gan")], 3))
    for trial in found.plan().trials():
        place = found.tuning(trial).path
        place.mkdir(parents=True)
        rates = (0.1, 0.2 + 0.1 * trial.replicate) if trial.replicate < 3 else (0.9, 0.2)
        write_lines(place / "trials.jsonl", [
            {"params": {"train.learning_rate": rate, "classifier": head}, "score": rate, "seconds": 30.0}
            for rate, head in zip(rates, HEADS, strict=True)
        ])  # fmt: skip
    return found


def test_a_row_tells_trials_what_was_chosen_and_how_long_it_took(folder):
    found = tuning(analyse(gather(folder)))
    assert (found["metric"], found["task"]) == ("Macro F1", "form")
    row = found["rows"][1]
    assert (row["arm"], row["trials"], row["seconds"]) == ("gan", "2 x 3", "3.0 min")
    assert row["chosen"] == "train.learning_rate 0.4 (0.3 to 0.9); classifier <b>linear</b> (2x), ridge (1x)"
    assert [(each["replicate"], each["trial"], each["chosen"]) for each in row["all"]] == [
        (1, 1, False), (1, 2, True), (2, 1, False), (2, 2, True), (3, 1, True), (3, 2, False)
    ]  # fmt: skip
    assert (row["all"][1]["params"], row["all"][1]["score"]) == (
        "train.learning_rate 0.3, classifier <b>linear</b>", "0.300",
    )  # fmt: skip


def test_what_trials_took_is_a_cost_of_the_arm(folder):
    found = costs(analyse(gather(folder)))
    row = dict(zip(found["titles"], found["rows"][0]["cells"], strict=True))
    assert (row["Training"], row["Tuning"], row["In all"]) == ("22.0 s", "1.0 min", "1.4 min")


def test_both_reports_and_the_supplement_hold_every_trial(folder, tmp_path):
    summary = write_study_report(folder)
    text, page = ((folder.path / name).read_text(encoding="utf-8") for name in ("REPORT.md", "report.html"))
    assert "| gan | 2 x 3 |" in text
    assert text.count("| gan | 3 |") == 2
    assert '<section id="tuning">' in page
    assert page.count("<strong>chosen</strong>") == 6
    assert "<b>linear" not in page
    write_supplement(summary.analysis, tmp_path / "paper")
    with (tmp_path / "paper" / "trials.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert sum(row["chosen"] == "yes" for row in rows) == 6
    assert {row["metric"] for row in rows} == {"macro_f1"}


def test_a_study_without_tuning_shows_none(tmp_path):
    folder = make_study(tmp_path, plan(("none", "gan"), 2))
    assert tuning(analyse(gather(folder))) is None
    write_study_report(folder)
    assert "uning" not in (folder.path / "REPORT.md").read_text() + (folder.path / "report.html").read_text()


def test_a_changed_plan_can_still_be_reported(folder):
    folder.write_json("plan.json", folder.read_json("plan.json") | {"margin": 0.1})
    assert "The plan was changed" in write_study_report(folder).analysis.deviations[0]


def test_a_study_whose_trials_were_not_made_yet_is_reported(tmp_path):
    folder = make_study(tmp_path, plan([replace(arm("none"), tune=TUNE)], 2), leave_out={("none", 1), ("none", 2)})
    assert tuning(analyse(gather(folder))) is None
    assert write_study_report(folder).analysis.finished == 0
    assert folder.tuning(Trial("none", 1)).path.exists() is False
