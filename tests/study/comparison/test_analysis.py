import json
from dataclasses import asdict, replace

import pytest
from small_study import FORM, arm, make_study, plan

from vbg_framework.contracts.record import Task
from vbg_framework.study.comparison.analysis import METRICS, analyse
from vbg_framework.study.comparison.comparisons import AUGMENTERS, CHECK, CONTROLS, COPIES
from vbg_framework.study.comparison.results import gather

ARMS = ("none", "gan", "duplicate-gan", "label-noise")
GLAZE = Task("glaze", classes=("blue", "green"))


def analysed(root, planned, **more):
    return analyse(gather(make_study(root, planned, **more)))


@pytest.fixture(scope="module")
def analysis(tmp_path_factory):
    return analysed(tmp_path_factory.mktemp("analysis"), plan(ARMS, 6), tasks=(FORM, GLAZE))


def test_the_plan_s_metric_answers_its_questions_and_the_rest_is_exploratory(analysis):
    assert [c.question for c in analysis.primary] == [COPIES, AUGMENTERS, CONTROLS, CHECK]
    assert not any(c.exploratory for c in analysis.primary)
    assert all(c.exploratory for c in analysis.exploratory)
    asked = {(c.metric, c.task) for c in analysis.exploratory}
    assert asked == {(m, "form") for m in METRICS if m != "macro_f1"} | {("macro_f1", "glaze")}


def test_an_augmenter_that_works_is_found_and_its_answer_can_be_looked_up(analysis):
    found = analysis.answer(COPIES, "gan", "form").difference
    assert (found.control, found.verdict, found.pairs) == ("duplicate-gan", "better", 6)
    assert analysis.answer(COPIES, "lora", "form") is None
    assert analysis.arm("gan").mean("macro_f1") > analysis.arm("none").mean("macro_f1")
    assert analysis.arm("lora") is None


def test_wrong_labels_that_hurt_show_that_the_study_has_power(analysis, tmp_path):
    assert analysis.has_power("form") is True
    harmless = analysed(tmp_path, plan(ARMS, 3), skills={"label-noise": 0.55})
    assert harmless.has_power("form") is False
    assert analysed(tmp_path, plan(ARMS[:3], 2)).has_power("form") is None


def test_the_whole_can_be_written_as_json(analysis):
    assert json.loads(json.dumps(asdict(analysis), allow_nan=False))["plan_hash"] == analysis.plan_hash


def test_a_study_is_one_data_set_and_the_refusal_of_a_diagram_says_so(analysis):
    assert "needs 8 data sets or more, got 1" in analysis.ranking


def test_arms_that_differ_only_in_how_much_is_mixed_in_are_one_family(tmp_path):
    sweep = [arm("gan", "ratio", share=share) for share in (0.1, 0.3)]
    named = [replace(each, name=f"gan-{n}") for n, each in enumerate(sweep)]
    chosen = replace(arm("gan", "ratio", share=0.3, amounts=[0, 1]), name="gan-2")  # it takes what it finds best
    found = analysed(tmp_path, plan(("none", *named, chosen, "gan", "lora"), 1))
    assert {each.name: each.family for each in found.arms} == {
        "none": None, "gan-0": 0, "gan-1": 0, "gan-2": None, "gan": None, "lora": None,
    }  # fmt: skip


def test_a_study_without_any_run_can_be_analysed(tmp_path):
    found = analysed(tmp_path, plan(ARMS, 1), leave_out={(name, 1) for name in ARMS})
    assert (found.finished, found.planned, found.design) == (0, 4, None)
    assert (found.primary, found.exploratory, found.tails) == ((), (), ())
    assert len(found.deviations) == len(found.excluded) == 4


def test_a_study_of_another_metric_still_shows_all_others(tmp_path):
    found = analysed(tmp_path, plan(ARMS, 2, metrics=("log_loss",)))
    assert found.primary[0].metric == "log_loss"
    assert {c.metric for c in found.exploratory} == set(METRICS)
    assert "log_loss" in found.arms[0].means["form"]
