"""A trained model on a table with labels."""

import random

import pyarrow.parquet as pq
import pytest

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.cli import main
from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.evaluate import evaluate_table
from vbg_framework.screen import Screen

WORDS = {"jug": "handle spout", "bowl": "wide open", "plate": "flat rim"}
REGISTRY = """
version: 1
datasets:
  pots: {{type: table, path: {path}, id: id, text: [title], targets: {{kind: kind}}}}
experiments:
  pots-model:
    data: pots
    tasks: [kind]
    split: {{use: stable, seed: 3}}
    encoders: {{text: {{type: tfidf, min_df: 1, max_features: 200}}}}
    classifier: {{type: logistic_regression}}
"""


def rows(count, start=0):
    generator = random.Random(start)
    for n in range(start, start + count):
        kind = [*WORDS][n % 3]
        yield f"{n},{generator.choice(['old', 'red', 'small'])} {WORDS[kind]} piece,{kind}"


def table(path, lines):
    path.write_text("\n".join(["id,title,kind", *lines, ""]))
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pots")
    source = table(folder / "pots.csv", rows(90))
    (folder / "registry.yaml").write_text(REGISTRY.format(path=source))
    return vbg_framework.run("pots-model", registry=folder / "registry.yaml", runs=folder / "runs")


def test_the_runs_own_test_records_get_the_runs_own_numbers(run, tmp_path):
    tested = set(pq.read_table(run.path / "predictions.parquet")["id"].to_pylist())
    source = table(tmp_path / "again.csv", [row for row in rows(90) if row.partition(",")[0] in tested])
    (tmp_path / "out").mkdir()
    found = evaluate_table(run, load_plugins(), source, tmp_path / "out", Screen())
    assert found.read_json("metrics.json")["test"] == run.read_json("metrics.json")["test"]
    assert found.read_json("metrics.json")["confidence"] == run.read_json("metrics.json")["confidence"]
    columns = ["id", "kind", "kind_predicted", "kind_probabilities"]
    one, other = (pq.read_table(each.path / "predictions.parquet", columns=columns) for each in (run, found))
    assert one.equals(other)


def test_the_command_writes_a_report_into_the_folder_of_the_run(run, tmp_path, capsys):
    lines = [*rows(12, 200), "500,thing,spoon", *list(rows(90))[:10]]
    source = table(tmp_path / "new.csv", lines)
    root = str(run.path.parents[1])
    assert main(["evaluate", "pots-model", str(source), "--runs", root]) == 0
    said = capsys.readouterr().out
    assert f"Model  {run.name} (its only finished run)." in said
    assert "Classes the model does not know do not count: 'kind: spoon' 1 records." in said
    assert "records have the id of a training record" in said
    (folder,) = (run.path / "evaluations").iterdir()
    assert f"asked about the 23 records of {source.name}" in (folder / "report.html").read_text()
    assert main(["evaluate", "pots-model", str(source), "--runs", root, "--out", str(folder)]) == 1
    assert "cannot be made" in capsys.readouterr().err


def test_what_cannot_be_evaluated_is_said(run, tmp_path, tiny_run):
    with pytest.raises(VBGError, match="no label that the model knows for kind"):
        evaluate_table(run, load_plugins(), table(tmp_path / "a.csv", ["1,x,spoon"]), tmp_path, Screen())
    with pytest.raises(VBGError, match="no such file or folder"):
        evaluate_table(run, load_plugins(), tmp_path / "b.csv", tmp_path, Screen())
    with pytest.raises(VBGError, match="which reads no file"):
        evaluate_table(tiny_run, load_plugins(), tmp_path, tmp_path, Screen())
