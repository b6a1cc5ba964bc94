"""A study in which several tasks decide, from its numbers to both reports."""

import json
import re

import pytest
from html_page import Page
from small_study import FORM, fail_gate, make_study, plan

from vbg_framework.contracts.record import Task
from vbg_framework.study.comparison.analysis import METRICS, analyse
from vbg_framework.study.comparison.comparisons import AUGMENTERS, CHECK, CONTROLS, COPIES, QUESTIONS
from vbg_framework.study.comparison.deviations import deviations
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.conclusion.verdict import verdict
from vbg_framework.study.plan import Trial
from vbg_framework.study.report.panels import view
from vbg_framework.study.report.publish import summary_text, write_study_report

GLAZE, KILN = Task("glaze", classes=("blue", "green")), Task("kiln", classes=("a", "b", "c"))
ARMS = ("none", "gan", "lora", "duplicate-gan", "duplicate-lora", "label-noise")
TWO = ("form", "glaze")


def study(root, arms=ARMS, replicates=5, decide=TWO, tasks=(FORM, GLAZE, KILN), skills=None, **changes):
    return make_study(root, plan(arms, replicates, tasks=decide, **changes), tasks=tasks, skills=skills)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return study(tmp_path_factory.mktemp("several"))


@pytest.fixture(scope="module")
def analysis(folder):
    return analyse(gather(folder))


def test_every_task_that_decides_is_primary_and_the_others_are_exploratory(analysis):
    assert [(c.question, c.task) for c in analysis.primary] == [
        (question, task) for question in (COPIES, AUGMENTERS, CONTROLS, CHECK) for task in TWO
    ]
    assert not any(c.exploratory for c in analysis.primary)
    assert all(c.exploratory for c in analysis.exploratory)
    asked = {(c.metric, c.task) for c in analysis.exploratory}
    assert asked == {(m, task) for m in METRICS if m != "macro_f1" for task in TWO} | {("macro_f1", "kiln")}


@pytest.mark.parametrize("question", [COPIES, AUGMENTERS, CONTROLS, CHECK])
def test_all_arms_in_all_tasks_are_one_family_of_holm_s_correction(analysis, question):
    family = [each.difference for c in analysis.primary if c.question == question for each in c.arms]
    ps = [d.p for d in family]
    assert len(family) == 2 * {COPIES: 2, AUGMENTERS: 2, CONTROLS: 2, CHECK: 1}[question]
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    slow = {i: min(1.0, max((len(ps) - k) * ps[j] for k, j in enumerate(order[: place + 1])))
            for place, i in enumerate(order)}  # fmt: skip
    assert [d.p_holm for d in family] == pytest.approx([slow[i] for i in range(len(ps))])
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    assert [d.p_holm for d in family] == pytest.approx(multitest.multipletests(ps, method="holm")[1])


def test_mean_and_interval_of_a_task_are_what_a_study_of_it_alone_gives(analysis, tmp_path):
    for task in TWO:
        alone = analyse(gather(study(tmp_path / task, decide=(task,))))
        mine, its = (found.answer(COPIES, "gan", task).difference for found in (analysis, alone))
        assert (mine.mean, *mine.interval, mine.p) == pytest.approx((its.mean, *its.interval, its.p))
        assert mine.p_holm >= its.p_holm
        assert analysis.arm("gan").means[task] == alone.arm("gan").means[task]


def test_an_arm_by_itself_is_the_mean_over_the_tasks(analysis):
    gan = analysis.arm("gan")
    assert gan.mean("macro_f1") == pytest.approx((gan.means["form"]["macro_f1"] + gan.means["glaze"]["macro_f1"]) / 2)


def test_classes_and_shares_are_told_per_task(folder, analysis):
    shown = view(analysis, gather(folder))
    assert [(tail.task, tail.arm) for tail in analysis.tails] == [(t, a) for t in TWO for a in ("gan", "lora")]
    assert [each["task"] for each in shown["shares"]] == list(TWO)
    assert {row["task"] for row in shown["tasks"]} == {"kiln"}
    assert [(row["task"], row["name"]) for row in shown["arms"]["rows"]] == [(t, a) for t in TWO for a in ARMS]


def test_a_plot_has_a_group_of_rows_per_task(folder, analysis):
    shown = view(analysis, gather(folder))
    assert [each["title"] for each in shown["forests"]] == [QUESTIONS[q] for q in (COPIES, AUGMENTERS, CONTROLS, CHECK)]
    words = re.findall(r">([^<>]+)</text>", shown["forests"][0]["plot"])
    assert [words.count(word) for word in (*TWO, "gan", "lora")] == [1, 1, 2, 2]


def test_the_question_s_table_names_the_task_of_every_row_and_the_size_of_the_family(folder, analysis):
    first = view(analysis, gather(folder))["questions"][0]
    assert [(row["task"], row["arm"]) for row in first["rows"]] == [(t, a) for t in TWO for a in ("gan", "lora")]
    assert first["methods"].endswith("corrected for 4 comparisons (Holm).")


def test_both_reports_and_the_summary_hold_all_tasks(folder):
    summary = write_study_report(folder)
    said = json.loads((folder.path / "summary.json").read_text())
    assert said["tasks"] == list(TWO)
    assert {(c["question"], c["task"]) for c in said["primary"]} >= {(COPIES, task) for task in TWO}
    text = (folder.path / "REPORT.md").read_text()
    assert "## Macro F1, tasks form, glaze" in text
    assert re.search(r"\| glaze \| gan \| duplicate-gan \| 5 \|", text)
    page = " ".join(" ".join(Page((folder.path / "report.html").read_text(encoding="utf-8")).text).split())
    assert len(summary.verdict.splitlines()) > 2
    assert all(line in page.replace("\u00a0", " ") for line in summary.verdict.splitlines())
    assert "2 tasks decide." in page
    assert "glaze: gan against duplicate-gan" in page
    lines = summary_text(folder).splitlines()
    assert sum(line.startswith("glaze: gan - duplicate-gan: ") for line in lines) == 1


def test_the_verdict_names_the_tasks_of_each_answer(analysis):
    text = verdict(analysis)
    assert text.startswith("2 tasks decide (macro F1, in points, with 95 % intervals): of 4 comparisons with copying")
    assert "2 came out better, 0 worse, and 2 not shown to be either" in text
    assert re.search(r"gan: better than copying as many real records in form \(\+[\d.]+, [^)]+\) and glaze \(", text)
    assert "lora: not shown to be better or worse than copying as many real records in form (" in text
    assert "Wrong labels hurt in form and glaze, as they must." in text


def test_tasks_without_power_are_named(tmp_path):
    text = verdict(analyse(gather(study(tmp_path, ("none", "gan", "label-noise"), skills={"label-noise": 0.55}))))
    assert "Wrong labels were not shown to hurt in form (" in text
    assert "No augmenter was compared with copies of real records" in text
    assert "gan: better than real records alone in form (" in text


def test_more_records_and_texts_alone_are_told_per_task(tmp_path):
    arms = ("none", "gan", "text-only", "extra-real")
    text = verdict(analyse(gather(study(tmp_path, arms, skills={"text-only": 0.5, "extra-real": 0.7}))))
    assert re.search(r"More real records make this difference: form \([^)]+\) and glaze \(", text)
    assert re.search(r"From the text alone macro F1 is 0\.\d+ in form \(with pictures 0\.\d+\) and 0\.", text)


def test_models_are_held_against_their_reference_in_every_task(tmp_path):
    found = analyse(gather(study(tmp_path, ("gan-a", "gan-b"), reference="gan-a", skills={"gan-b": 0.2, "gan-a": 0.8})))
    text = verdict(found)
    assert "of 2 comparisons with gan-a, one per arm and task, 0 came out better, 2 worse" in text
    assert "gan-b: worse than gan-a in form (" in text


def test_an_arm_without_runs_is_not_judged_in_any_task(tmp_path):
    folder = study(tmp_path, ("none", "gan", "duplicate-gan"), 1)
    fail_gate(folder, Trial("gan", 1))
    text = verdict(analyse(gather(folder)))
    assert "Nothing could be compared with copying as many real records yet." in text
    assert "gan: not judged against copying as many real records in form and glaze, because no replicate" in text


def test_other_test_records_in_one_task_are_a_deviation_told_once(tmp_path):
    folder = study(tmp_path, ("none", "gan"), 2)
    (folder.run(Trial("gan", 2)).path / "predictions.parquet").write_bytes(
        (folder.run(Trial("gan", 1)).path / "predictions.parquet").read_bytes()
    )
    told = [each for each in deviations(gather(folder)) if "tested on other records" in each]
    assert told == ["gan: tested on other records than the first run of the replicate: replicate 2."]


def test_a_study_of_several_tasks_without_runs_is_written_too(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 1, tasks=TWO), leave_out={(name, 1) for name in ARMS})
    assert "nothing to compare yet" in write_study_report(folder).verdict


def test_several_metrics_are_one_family_and_told_apart(tmp_path):
    found = analyse(gather(make_study(tmp_path, plan(("gan", "none"), 5, metrics=("macro_f1", "brier")))))
    asked = [c for c in found.primary if c.question == AUGMENTERS]
    assert [c.metric for c in asked] == ["macro_f1", "brier"]
    ps = [c.arms[0].difference.p for c in asked]
    assert min(c.arms[0].difference.p_holm for c in asked) == pytest.approx(min(2 * min(ps), 1))
    assert [c.arms[0].difference.verdict for c in asked] == ["better", "better"]  # more F1, less Brier
    assert "better than real records alone in macro F1" in verdict(found)
    assert "brier score (\u221224.6" in verdict(found)
