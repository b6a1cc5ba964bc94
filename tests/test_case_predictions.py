"""Tables to predict on which the product once was wrong: every row is answered, and what is missing is named."""

import csv
import shutil

import pytest
from tiny import SHARED

import vbg_framework
from vbg_framework.cli import main

REGISTRY = """
version: 1
datasets:
  pots: {type: table, path: 01/utf8.csv, id: id, image: photo, text: [title], targets: {kind: kind}}
experiments:
  pots-model:
    data: pots
    tasks: [kind]
    encoders: {text: {type: tfidf, min_df: 1, max_features: 200}}
    classifier: {type: logistic_regression}
"""


@pytest.fixture(scope="module")
def run(request, tmp_path_factory):
    if not (SHARED / "cases" / "data").is_dir():
        pytest.skip("the folder of the cases is absent")
    place = tmp_path_factory.mktemp("cases")
    for name in ("01", "29", "30"):
        shutil.copytree(SHARED / "cases" / "data" / name, place / name)
    (place / "registry.yaml").write_text(REGISTRY)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        return vbg_framework.run("pots-model", runs=place / "runs"), place


def answered(run, table, out):
    folder, place = run
    assert main(["predict", str(folder.path), str(place / table), "--out", str(place / out)]) == 0
    with (place / out).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_ids_that_a_spreadsheet_would_compute_are_safe_and_every_row_is_there_once(run):
    _, place = run
    with (place / "30" / "ids.csv").open(encoding="utf-8-sig", newline="") as file:
        given = list(csv.DictReader(file))
    found = answered(run, "30/ids.csv", "ids.out.csv")
    assert len(found) == len(given)
    assert [row["id"].lstrip("'") for row in found] == [row["id"] for row in given]
    assert [row["id"] for row in found if row["id"][:1] in tuple("=+@")] == ["+3"]  # a number, which computes nothing


@pytest.mark.parametrize("name", ["new.jsonl", "new.parquet"])
def test_missing_values_cost_a_row_its_answer_and_not_the_table(run, name):
    found = answered(run, f"30/{name}", f"{name}.out.csv")
    assert [row["id"] for row in found][:3] == ["1", "2", "3"]
    assert [bool(row["kind"]) for row in found][:3] == [True, False, False]
    assert found[1]["problem"]
    assert not found[0]["problem"]


def test_a_column_in_another_case_is_found_and_new_words_do_no_harm(run, capsys):
    found = answered(run, "29/new.csv", "29.out.csv")
    assert len(found) == 40
    broken = [row for row in found if "as many cells as the header" in row["problem"]]  # `Jug, glazed` without quotes
    assert len(broken) == 20
    assert all(row["kind"] for row in found if row not in broken)
    assert [row for row in found if row["problem"]] == broken
    assert "is not there" not in capsys.readouterr().out
