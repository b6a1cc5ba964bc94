from dataclasses import replace

import pytest
from small_study import FORM, arm, fail_gate, make_study, plan

from vbg_framework.contracts.record import Task
from vbg_framework.study.comparison.analysis import analyse
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.plan import Trial
from vbg_framework.study.report.panels import view

ARMS = ("none", "gan", "duplicate-gan", "extra-real", "label-noise")


def seen(folder):
    results = gather(folder)
    return view(analyse(results), results)


@pytest.fixture(scope="module")
def panels(tmp_path_factory):
    folder = make_study(tmp_path_factory.mktemp("panels"), plan(ARMS, 3), skills={"extra-real": 0.9},
                        tasks=(FORM, Task("glaze", classes=("blue", "green"))))  # fmt: skip
    fail_gate(folder, Trial("gan", 3))
    return seen(folder)


def test_each_question_is_a_table_with_its_method(panels):
    first = panels["questions"][0]
    assert first["title"] == "Is it better than copying real records?"
    (row,) = first["rows"]
    assert (row["arm"], row["control"], row["pairs"]) == ("gan", "duplicate-gan", 2)
    assert first["methods"].endswith("corrected for 1 comparison (Holm).")
    assert panels["questions"][2]["methods"].endswith("corrected for 2 comparisons (Holm).")


def test_the_metric_of_the_plan_stands_first_and_the_others_are_exploratory(panels):
    for table in panels["metrics"]:
        assert [row["exploratory"] for row in table["rows"]] == [False, *[True] * 10]
        assert [row["title"] for row in table["rows"] if row["lower"]] == ["Calibration error", "Brier score"]


def test_other_tasks_have_one_row_per_question_about_an_augmenter(panels):
    assert [(row["task"], row["arm"]) for row in panels["tasks"]] == [("glaze", "gan")] * 2


def test_gates_are_counted_and_failures_are_told(panels):
    gates = panels["gates"]
    cells = {row["arm"]: row["cells"][0] for row in gates["rows"]}
    assert (cells["gan"], cells["none"]["failed"]) == ({"text": "2 of 3", "failed": True}, False)
    assert gates["failures"] == [
        {"run": "gan/03", "gate": "near copies of test", "about": "2 near copies of test records"}
    ]


def test_classes_costs_and_plots_are_there(panels):
    assert [each["tail"].arm for each in panels["tails"]] == ["gan"]
    assert "ewer · 9" in panels["tails"][0]["plot"]
    assert {row["name"]: row["cells"][0] for row in panels["costs"]["rows"]}["gan"] == "5.0 min"
    assert ">extra-real<" in panels["pareto"]
    assert ">duplicate-gan<" in panels["shares"][0]["plot"]


def test_a_sweep_of_shares_is_joined_by_a_line(tmp_path):
    sweep = [replace(arm("gan", "ratio", share=share), name=f"gan-{n}") for n, share in enumerate((0.1, 0.3))]
    folder = make_study(tmp_path, plan(("none", *sweep), 2))
    joined, alone = (
        seen(study)["shares"][0]["plot"] for study in (folder, make_study(tmp_path, plan(("none", "gan", "lora"), 2)))
    )
    assert joined.count("stroke-opacity: 0.35") == alone.count("stroke-opacity: 0.35") + 1


def test_without_runs_there_is_nothing_to_plot(tmp_path):
    found = seen(make_study(tmp_path, plan(ARMS, 1), leave_out={(name, 1) for name in ARMS}))
    assert (found["pareto"], found["recovery"]) == (None, None)
    assert found["costs"]["rows"] == found["questions"] == found["tails"] == found["forests"] == found["shares"] == []


def test_published_figures_stand_beside_the_measured_ones(tmp_path):
    paper = {"source": "A paper", "arms": {"gan": {"accuracy": 0.92, "map": 0.85}}}
    results = gather(make_study(tmp_path, plan(("gan", "lora"), 3, reference="gan", published=paper)))
    analysis = analyse(results)
    shown = view(analysis, results)["published"]
    assert shown["source"] == "A paper"
    [(_, mine), (_, other)] = [(row["arm"], row["cells"]) for row in shown["rows"]]
    assert mine == [(0.92, analysis.arm("gan").mean("accuracy")), (0.85, analysis.arm("gan").mean("map"))]
    assert [paper for paper, _ in other] == [None, None]
    assert {row["kind"] for row in view(analysis, results)["arms"]["rows"]} == {"model"}
