import json

import pyarrow.parquet as pq
import pytest
from small_study import fail_gate, make_study, plan

from vbg_framework.base.errors import VBGError
from vbg_framework.learning.evaluation.metrics import STANDARD
from vbg_framework.study.comparison.expenses import MEMORY, PER_THOUSAND, SECONDS, SHARE, STEPS
from vbg_framework.study.comparison.results import OWN, SCARCE, gather
from vbg_framework.study.plan import Trial

ARMS = ("none", "gan", "duplicate-gan")


def test_the_long_table_holds_every_metric_of_every_run(tmp_path):
    results = gather(make_study(tmp_path, plan(ARMS, 2)))
    results.write(tmp_path / "results.parquet")
    rows = pq.read_table(tmp_path / "results.parquet").to_pylist()
    mine = {row["metric"]: row["value"] for row in rows if (row["arm"], row["replicate"]) == ("gan", 2)}
    assert mine.keys() == {*STANDARD, *OWN, *SECONDS, *MEMORY, PER_THOUSAND, STEPS, "generated", SHARE} - {
        SCARCE,
        "micro_f1",
    }
    said = json.loads((results.runs[Trial("gan", 2)].path / "metrics.json").read_text())["test"]["form"]
    assert {name: mine[name] for name in ("macro_f1", "ece", "map")} == {n: said[n] for n in ("macro_f1", "ece", "map")}
    recalls = {name: value["recall"] for name, value in said["per_class"].items()}
    assert mine["recall_many"] == recalls["bowl"]
    assert mine["recall_medium"] == pytest.approx((recalls["vase"] + recalls["jar"]) / 2)
    assert (mine["recall_few"], mine["recall_worst"]) == (recalls["ewer"], min(recalls.values()))
    assert len(rows) == 3 * 2 * len(mine)


def test_runs_that_do_not_count_are_listed_with_their_reason(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 6), leave_out={("gan", 1)})
    fail_gate(folder, Trial("gan", 2))
    folder.run(Trial("gan", 3)).write_text("error.txt", "Traceback\n  ...\nValueError: out of clay\n")
    (folder.run(Trial("gan", 4)).path / "metrics.json").unlink()
    (folder.run(Trial("gan", 5)).path / "gates.json").unlink()
    results = gather(folder)
    assert {each.trial.replicate: (each.reason, each.about) for each in results.excluded} == {
        1: ("missing", "was not begun"),
        2: ("gate", "near copies of test: 2 near copies of test records"),
        3: ("failed", "ValueError: out of clay"),
        4: ("missing", "is not finished"),
        5: ("missing", "has not been through its gates"),
    }
    column = results.column("gan", "macro_f1", "form")
    assert [number for number, value in column.items() if value is not None] == [6]
    assert results.gates[Trial("gan", 2)][0]["passed"] is False
    assert results.mean("lora", "macro_f1", "form") is None


def test_a_changed_plan_is_read_and_marked(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 1))
    assert gather(folder).intact
    changed = folder.read_json("plan.json") | {"alpha": 0.5}
    folder.write_json("plan.json", changed)
    assert not gather(folder).intact


def test_a_broken_file_is_named(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 1))
    folder.run(Trial("gan", 1)).write_text("metrics.json", "{")
    with pytest.raises(VBGError, match=r"gan/01/metrics\.json: is damaged"):
        gather(folder)


def test_what_counts_as_scarce_is_the_same_for_all_arms(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 1))
    run = folder.run(Trial("gan", 1))
    metrics = run.read_json("metrics.json")
    metrics["data"]["classes"]["form"]["ewer"] = 500
    run.write_json("metrics.json", metrics)
    assert gather(folder).counts["form"]["ewer"] == 9
