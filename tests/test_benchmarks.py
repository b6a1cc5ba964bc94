"""Benchmarks at their smallest size, or they would rot."""

import json
import runpy
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest
from tiny import SHARED, TINY

from vbg_framework.config.plugins import installed
from vbg_framework.config.registry import Registry
from vbg_framework.learning.fine_tuning import probe_steps
from vbg_framework.runs import execute

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def test_planted_label_errors_are_counted(tiny_run, monkeypatch, capsys):
    given = [str(tiny_run.path), "--seeds", "1", "--shares", "0.2"]
    monkeypatch.setattr(sys, "argv", ["doubt.py", *given])
    runpy.run_path(str(BENCHMARKS / "doubt.py"), run_name="__main__")
    said = capsys.readouterr().out.splitlines()
    assert "1 seeds" in said[0]
    assert said[-1].startswith("0.2 | ")


def test_prediction_by_several_processes_is_timed(tiny_run, monkeypatch, capsys):
    given = [str(tiny_run.path), "--records", "4", "--side", "40", "--workers", "1"]
    monkeypatch.setattr(sys, "argv", ["prediction.py", *given])
    runpy.run_path(str(BENCHMARKS / "prediction.py"), run_name="__main__")
    assert capsys.readouterr().out.splitlines()[-1].endswith("1.00 times as many")


def test_extraction_of_features_is_held_to_the_forward_pass(monkeypatch, capsys):
    sets = ["data.objects=40", "data.views=1", "encoders.image.frozen=true", "train.batch_size=8"]
    small = ["--experiment", "quickstart-without-gan", "--rounds", "1", *(f"--set={each}" for each in sets)]
    monkeypatch.setattr(sys, "argv", ["extraction.py", *small])
    runpy.run_path(str(BENCHMARKS / "extraction.py"), run_name="__main__")
    assert "forward pass alone" in capsys.readouterr().out.splitlines()[-1]


def test_memory_formats_take_turns(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["memory_format.py", "--rounds", "1", "--nets", "mobilenetv2_050:32:2"])
    runpy.run_path(str(BENCHMARKS / "memory_format.py"), run_name="__main__")
    first, row = capsys.readouterr().out.splitlines()
    assert row.startswith("mobilenetv2_050:32:2 | ")
    assert len(row.split(" | ")) == len(first.split(" | ")) == 5


def test_records_alike_are_timed_and_views_counted(tiny_run, monkeypatch, capsys):
    for given in (["--records", "300"], [str(tiny_run.path)]):
        monkeypatch.setattr(sys, "argv", ["similar.py", *given])
        runpy.run_path(str(BENCHMARKS / "similar.py"), run_name="__main__")
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("300 records")
    assert "95 % within" in said[1]
    assert said[-1].startswith("by image and text: ")


def test_maps_and_words_are_held_to_where_answers_lie(tiny_run, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["evidence.py", str(tiny_run.path), "--objects", "3", "--randomise"])
    runpy.run_path(str(BENCHMARKS / "evidence.py"), run_name="__main__")
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("task | picture shows | objects | pointing")
    assert [line.partition(" | ")[0] for line in said[1:3]] == ["form", "glaze"]
    assert sum(line.startswith("weights shuffled down to the ") for line in said) == 3


def test_the_judge_of_few_objects_lets_real_pictures_pass_and_no_lies(monkeypatch, capsys):
    monkeypatch.setattr(sys, "path", [*sys.path, str(BENCHMARKS)])
    monkeypatch.setattr(sys, "argv", ["judge.py", "--seeds", "1"])
    runpy.run_path(str(BENCHMARKS / "judge.py"), run_name="__main__")
    first, *rows = capsys.readouterr().out.splitlines()
    assert first.startswith("seed 1: can tell")
    shares = {
        name: float(share)
        for name, share, *_ in map(str.split, [row.replace("real, held back", "real") for row in rows])
    }
    assert shares.pop("real") >= 0.8
    assert len(shares) == 20
    passing = {"turned", "textured", "average", "copies", "training", "small"}  # docs/augmentation.md
    assert max(share for name, share in shares.items() if name not in passing) <= 0.05


def test_draws_and_folds_are_simulated_beside_what_power_foretells(monkeypatch, capsys):
    monkeypatch.setattr(sys, "path", [*sys.path, str(BENCHMARKS)])
    monkeypatch.setattr(sys, "argv", ["coverage.py", "--studies", "200", "--part", "designs"])
    runpy.run_path(str(BENCHMARKS / "coverage.py"), run_name="__main__")
    said = capsys.readouterr().out.splitlines()
    rows = [line.partition("corrected")[2].split() for line in said if "corrected" in line and "points" in line]
    assert len(rows) == 9
    assert min(float(row[0]) for row in rows) > 85  # 91 at worst in docs/statistics.md
    assert sum("Holm" in line for line in said) == 6


def test_pages_of_the_workbench_are_timed(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["workbench.py", "--records", "120"])
    runpy.run_path(str(BENCHMARKS / "workbench.py"), run_name="__main__")
    said = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines() if " ms, at first " in line]
    assert said[0] == "first page"
    assert len(said) == 10


def test_training_is_compared_with_a_bare_loop_and_the_trainer(tmp_path, monkeypatch, capsys):
    shutil.copy(TINY, tmp_path / "registry.yaml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(execute, "_report", execute._report)  # the benchmark leaves it out; given back at the end
    monkeypatch.setattr(sys, "argv", ["training.py", "--experiment", "tiny", "--steps", "3", "--rounds", "1"])
    runpy.run_path(str(BENCHMARKS / "training.py"), run_name="__main__")
    said = [line.partition(" ours ")[0].strip() for line in capsys.readouterr().out.splitlines() if ": ratio " in line]
    assert said == ["step, hand-written loop", "step, Trainer", "whole, Trainer"]


def test_whole_processes_are_compared_with_a_script_around_the_trainer(monkeypatch, capsys):
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)  # scripts find those beside them
    monkeypatch.setattr(sys, "path", [*sys.path, str(BENCHMARKS)])
    small = ["--set", "data.objects=40", "--set", "data.views=1", "--epochs", "1", "--rounds", "1"]
    monkeypatch.setattr(sys, "argv", ["peers.py", *small])
    runpy.run_path(str(BENCHMARKS / "peers.py"), run_name="__main__")
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("light, 29 records to learn from, 2 steps of 16")
    ours, trainer = (line.strip("| ").split(" | ") for line in said[-2:])
    assert (ours[0], trainer[0]) == ("ours", "trainer")
    assert all(": " in cell and " to " in cell for cell in trainer[1:])
    assert float(ours[3]) > 200  # MiB: of that process, not of this one


def test_autogluon_multimodal_gets_the_records_of_the_division_and_is_measured_by_our_figures(tmp_path, monkeypatch):
    shutil.copy(TINY, tmp_path / "registry.yaml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VBG_WEIGHTS", str(tmp_path))
    monkeypatch.setattr(sys, "path", [*sys.path, str(BENCHMARKS)])
    import autogluon_multimodal as arm

    for name in arm.BACKBONES.values():
        (tmp_path / name).mkdir()

    def fit(folder, place, options):
        """Every answer is right, at the same share of certainty."""
        test = pd.read_csv(folder / "table.csv", dtype=str).query("split == 'test'").set_index("id")["target"]
        said = pd.get_dummies(test).astype(float) * 0.8
        said += (1 - said.sum(axis=1).iloc[0]) / len(said.columns)
        said.to_csv(place / "predictions.csv")
        return {"seconds": 1.0, "mib": 2.0}

    monkeypatch.setattr(arm, "fit", fit)
    folder = tmp_path / "given"
    folder.mkdir()
    found = arm.measured("tiny", ["tasks=[form]"], (), folder, seconds=5, passes=1, seed=1)
    table = pd.read_csv(folder / "table.csv", dtype=str)
    assert found["macro_f1"] == 1
    assert found["n"] == (table["split"] == "test").sum() > 0
    assert 0 < found["log_loss"] < 0.3
    assert {(folder / name).is_file() for name in table["image"]} == {True}
    assert table["text"].notna().mean() > 0.9  # some records have none


@pytest.mark.skipif(not (SHARED / "data").is_dir(), reason="needs real data")
def test_recommended_and_the_reference_are_compared_on_the_same_division(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VBG_DATA", str(SHARED / "data"))
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in ("VBG_FILES", "VBG_BLOCK"):
        monkeypatch.setenv(name, "")
    out = tmp_path / "real.jsonl"
    given = ["--out", str(out), "--questions", "tate class", "--most", "120", "--divisions", "1"]
    monkeypatch.setattr(sys, "argv", ["real.py", *given])
    runpy.run_path(str(BENCHMARKS / "real.py"), run_name="__main__")
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["arm"] for line in lines] == ["reference", "recommended"]
    said = capsys.readouterr().out.splitlines()
    assert said[-2].startswith("| tate class | 1 | ")
    assert said[-1].startswith("recommended minus reference: mean ")


def test_ways_of_training_the_papers_network_are_experiments_with_their_options():
    real = runpy.run_path(str(BENCHMARKS / "real.py"))
    found = {}
    for name in real["NETS"]:
        experiment, sets = real["arm"](name, real["QUESTIONS"]["egyptian type"], 1)
        found[name] = Registry.read().experiment(experiment, installed(), sets).experiment
    assert {each.encoders["image"]["frozen"] for each in found.values()} == {True}
    assert {name for name, each in found.items() if each.encoders["text"]["frozen"]} == {"frozen"}
    assert {name for name, each in found.items() if probe_steps(each.train) == 1200} == {
        "probed",
        "averaged",
        "layered",
    }
    assert {(each.train.batch_size, each.train.precision) for each in found.values()} == {(16, "bf16")}
    assert found["layered"].train.layer_decay < found["averaged"].train.layer_decay == 1


def test_explaining_is_timed_and_weighed(tiny_run, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["explaining.py", str(tiny_run.path), "--objects", "1", "2"])
    runpy.run_path(str(BENCHMARKS / "explaining.py"), run_name="__main__")
    said = capsys.readouterr().out.splitlines()
    assert said[1].startswith("first: ")
    assert [line.partition(":")[0] for line in said[2:]] == ["1 objects", "2 objects"]


def test_the_script_for_a_gpu_is_rehearsed_on_a_cpu(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["gpu.py", "--tiny", "--steps", "2", "--batches", "2"])
    with pytest.raises(SystemExit, match="0"):
        runpy.run_path(str(BENCHMARKS / "gpu.py"), run_name="__main__")
    said = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert said == ["device", "product", "training", "features", "verdict"]


def test_pairs_are_generated_stored_and_timed(monkeypatch, capsys):
    monkeypatch.setattr(
        sys, "argv", ["generation.py", "--pairs", "8", "--grid", "2", "--repeats", "1", "--lessons", "2"]
    )
    runpy.run_path(str(BENCHMARKS / "generation.py"), run_name="__main__")
    said = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line]
    assert said[-4:] == ["stored", "raw", "pictures", "ratio"]


def test_rows_of_a_table_are_predicted_and_memory_is_told(tiny_run, monkeypatch, capsys):
    given = [str(tiny_run.path), "--records", "70", "--side", "0", "--workers", "1"]
    monkeypatch.setattr(sys, "argv", ["prediction.py", *given])
    runpy.run_path(str(BENCHMARKS / "prediction.py"), run_name="__main__")
    assert capsys.readouterr().out.splitlines()[-1].startswith("workers 1: peak ")
