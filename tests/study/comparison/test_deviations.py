from dataclasses import replace

import pyarrow.parquet as pq
import pytest
from small_study import fail_gate, make_study, plan

from vbg_framework.base.yaml_file import dump_yaml, read_yaml
from vbg_framework.study.comparison.deviations import deviations
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.plan import Trial

ARMS = ("none", "gan", "duplicate-gan")


@pytest.fixture
def study(tmp_path):
    return make_study(tmp_path, plan(ARMS, 3))


def change(folder, trial, name, **changes):
    run = folder.run(trial)
    run.write_json(name, run.read_json(name) | changes)


def test_a_study_that_went_as_planned_has_none(study):
    assert deviations(gather(study)) == []


def test_runs_that_do_not_count_are_told_by_arm_and_reason(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 3), leave_out={("gan", 1), ("gan", 2), ("duplicate-gan", 1)})
    fail_gate(folder, Trial("gan", 3), "8 of 20 are copies.")
    assert deviations(gather(folder)) == [
        "gan: missing and not counted: replicates 1, 2 (was not begun).",
        "duplicate-gan: missing and not counted: replicate 1 (was not begun).",
        "gan: failed a gate and not counted: replicate 3 (near copies of test: 8 of 20 are copies).",
    ]


def test_a_changed_plan_comes_first(study):
    study.write_json("plan.json", study.read_json("plan.json") | {"margin": 0.1})
    assert deviations(gather(study))[0].startswith("The plan was changed after the study began.")


def test_a_run_with_other_options_than_planned_is_told(study):
    run = study.run(Trial("gan", 2))
    text = (run.path / "config.yaml").read_text()
    run.write_text("config.yaml", text.replace("policy: concat", "policy: replace\n    probability: 0.5"))
    assert deviations(gather(study)) == [
        "gan: replicate 2 with another 'mix.policy' than planned.",
        "gan: replicate 2 with another 'mix.probability' than planned.",
    ]


def test_other_data_and_other_code_are_told(study):
    change(study, Trial("gan", 1), "environment.json", data_fingerprint="other", vbg_framework="0.1")
    assert deviations(gather(study)) == [
        "The runs have 2 different data: 3f8a90, other.",
        f"The runs have 2 different framework versions: 0.1, {study.plan().version[:12]}.",
    ]


def test_another_model_behind_the_same_option_is_told(study):
    for arm in ARMS:
        for replicate in (1, 2, 3):
            change(study, Trial(arm, replicate), "environment.json", contents={"classifier.weights": "a"})
    assert deviations(gather(study)) == []
    change(study, Trial("none", 3), "environment.json", contents={"classifier.weights": "b"})
    assert deviations(gather(study)) == ["What 'classifier.weights' names had 2 different contents in the runs."]


def test_a_run_that_went_on_with_another_model_is_told(study):
    for replicate in (1, 3):
        change(study, Trial("gan", replicate), "environment.json", contents_changed=["augmenter.base"])
    assert deviations(gather(study)) == ["gan: replicates 1, 3 went on after what 'augmenter.base' names had changed."]


def test_arms_whose_options_name_different_things_do_not_deviate(study):
    for arm, name, content in (("none", "a", "1"), ("gan", "b", "2")):
        for replicate in (1, 2, 3):
            run = study.run(Trial(arm, replicate))
            config = read_yaml(run.path / "config.yaml")
            config["experiment"]["notes"] = {"paths": [name]}
            run.write_text("config.yaml", dump_yaml(config))
            change(study, Trial(arm, replicate), "environment.json", contents={"notes.paths.0": content})
    assert not [line for line in deviations(gather(study)) if "contents" in line]


def test_unequal_steps_are_told(study):
    change(study, Trial("gan", 1), "metrics.json", steps=60)
    assert deviations(gather(study)) == [
        "Not all runs trained for equally many steps: none 100, gan 60 to 100, duplicate-gan 100."
    ]


def test_a_head_that_is_fitted_makes_no_steps_and_that_is_no_deviation(study):
    for replicate in (1, 2, 3):
        change(study, Trial("gan", replicate), "metrics.json", steps=0)
    assert deviations(gather(study)) == []


def test_a_budget_in_passes_is_warned_about(tmp_path):
    folder = make_study(tmp_path, replace(plan(ARMS, 1), epochs=4))
    change(folder, Trial("gan", 1), "metrics.json", steps=160)
    (said,) = deviations(gather(folder))
    assert said.startswith("The budget is 4 passes over each arm's records, not equal steps.")


def test_arms_that_were_tested_on_other_records_are_told(study):
    path = study.run(Trial("gan", 2)).path / "predictions.parquet"
    pq.write_table(pq.read_table(path).slice(2), path)
    assert deviations(gather(study)) == [
        "gan: tested on other records than the first run of the replicate: replicate 2."
    ]


def test_replicates_of_one_split_that_were_tested_on_other_records_are_told(tmp_path):
    found = deviations(gather(make_study(tmp_path, plan(ARMS[:2], 3, split="fixed"))))
    said = "tested on other records than the first run of the study: replicates 2, 3."
    assert found == [f"none: {said}", f"gan: {said}"]
