"""A study that has begun gets more arms or replicates."""

import json
from dataclasses import replace

import pytest
from small_study import arm, make_run, make_study, plan
from tiny import TINY

from vbg_framework.base.errors import VBGError
from vbg_framework.cli import main
from vbg_framework.study.extend import extend, lacking
from vbg_framework.study.folder import list_studies
from vbg_framework.study.plan import Plan, Replicate, Trial
from vbg_framework.study.report.publish import write_study_report

ARMS = ("none", "gan", "duplicate-gan")
MORE = plan((*ARMS, "lora", "duplicate-lora"), 3)


@pytest.fixture
def study(tmp_path):
    return make_study(tmp_path, plan(ARMS, 3))


def test_what_is_added_after_results_is_named_in_the_plan_and_nothing_else_changes(study):
    before = study.plan()
    after = extend(study, MORE, ["lora"], 2)
    assert study.plan() == after
    assert (after.later.arms, after.later.replicates) == (("lora", "duplicate-lora"), (4, 5))
    assert after.later.hash == before.hash != after.hash
    assert after.original == before
    assert [str(t) for t in after.trials() if not study.finished(t)][:2] == ["lora/01", "duplicate-lora/01"]
    assert all(study.finished(trial) for trial in before.trials())
    assert Plan.from_json(json.loads(json.dumps(after.to_json()))) == after


def test_a_second_addition_keeps_the_first_plan(study):
    before = study.plan()
    extend(study, MORE, ["lora"])
    assert extend(study, None, more=1).later.replicates == (4,)
    assert study.plan().original == before


def test_a_plan_that_nothing_was_run_of_is_simply_another_one(tmp_path):
    every = [(name, number) for name in ARMS for number in (1, 2, 3)]
    folder = make_study(tmp_path, plan(ARMS, 3), leave_out=every)
    assert extend(folder, None, more=1).later is None
    assert len(folder.plan().replicates) == 4


def test_verdicts_are_those_of_the_first_plan_and_the_rest_is_marked(study):
    first = write_study_report(study).analysis
    after = extend(study, MORE, ["lora"], 2)
    for trial in after.trials():
        if not study.finished(trial):
            make_run(study, trial, 0.7)
    summary = write_study_report(study)
    assert summary.analysis.primary == first.primary
    assert all(comparison.exploratory for comparison in summary.analysis.extended)
    assert summary.analysis.extended[0].arms[0].difference.pairs == 5
    assert "lora:" not in summary.verdict
    text = (study.path / "REPORT.md").read_text()
    assert "Exploratory: arms lora, duplicate-lora and replicates 4, 5." in text
    assert "With what was added later" in (study.path / "report.html").read_text()


def test_a_later_arm_that_hides_among_the_planned_ones_makes_the_plan_another(study):
    extend(study, MORE, ["lora"])
    content = study.plan().to_json()
    content["later"] = {**content["later"], "arms": ()}
    forged = Plan.from_json(content)
    study.write_json("plan.json", forged.to_json())
    assert study.fixed()[1] is False


def test_draws_and_folds_are_added_in_whole_divisions(study):
    pattern = tuple(Replicate(n, 1, n, fold) for n, fold in ((1, 1), (2, 1), (3, 2), (4, 2)))
    study.write_json("plan.json", replace(study.plan(), replicates=pattern).to_json())
    new = extend(study, None, more=1).replicates[4:]
    assert new == tuple(Replicate(n, 2, n, fold) for n, fold in ((5, 1), (6, 1), (7, 2), (8, 2)))


@pytest.mark.parametrize(
    ("fresh", "names", "more", "told"),
    [
        (MORE, ["loar"], 0, "unknown arm 'loar'. Did you mean 'lora'"),
        (MORE, ["gan"], 0, "has an arm 'gan' already"),
        (plan(ARMS, 3), [], 0, "has every arm of the registry"),
        (plan((arm("none", share=0.5), "lora"), 3), ["lora"], 0, "means another arm by 'none' than the plan"),
    ],
)
def test_a_mistake_is_named_and_changes_nothing(study, fresh, names, more, told):
    before = study.plan()
    with pytest.raises(VBGError, match=told):
        extend(study, fresh, names, more)
    assert study.plan() == before


def test_arms_of_the_registry_that_a_plan_lacks_are_known():
    assert lacking(MORE, {"arms": {"gan": {}, "new": {}}}) == ["new"]
    assert lacking(MORE, None) == []


def test_an_arm_that_came_later_is_said_and_added_by_the_command(tmp_path, capsys):
    registry = tmp_path / "registry.yaml"
    text = TINY.read_text()
    registry.write_text(text)
    where = ["--registry", str(registry), "--studies", str(tmp_path), "--commands"]
    assert main(["compare", "tiny-study", *where, "--replicates", "1"]) == 0
    [folder] = list_studies(tmp_path)
    registry.write_text(text.replace("      more: {", "      again: {augmenter: copies}\n      more: {"))
    capsys.readouterr()
    assert main(["compare", "tiny-study", *where, "--resume"]) == 0
    assert f"Add it with: vbg compare {folder.name} --extend --arm again" in capsys.readouterr().out
    assert main(["compare", "tiny-study", *where, "--extend"]) == 0
    assert folder.plan().needs(Trial("duplicate-again", 1)) == [Trial("again", 1)]
    assert main(["compare", "tiny-study", *where, "--extend", "--replicates", "+2"]) == 0
    assert len(folder.plan().replicates) == 3
    assert main(["compare", "tiny-study", *where, "--extend", "--replicates", "auto"]) == 1
    assert "must be how many more, got 'auto'" in capsys.readouterr().err
