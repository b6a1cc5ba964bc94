"""Laws over data sets, encoders and heads: the order of rows decides nothing, and a run predicts its own table."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from laws import orders, predictions, rows, write

import vbg_framework
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.predict import predict
from vbg_framework.screen import Screen

EXPERIMENTS = ("trained", "attention", "short", "linear", "trees", "words", "known")


@pytest.fixture(scope="module", params=[False, True], ids=["drawn", "given"])
def museums(request, tmp_path_factory):
    """The same records in several orders, with a drawn or a given split."""
    folders = []
    for table in orders(request.param):
        folders.append(tmp_path_factory.mktemp("museum") / "in")
        write(folders[-1], table, request.param)
    return folders


def run(folder, experiment, monkeypatch):
    monkeypatch.chdir(folder)
    return vbg_framework.run(experiment, runs=folder / "runs", accept_loss=True)


def predicted(found: RunFolder, table, out) -> dict[str, dict[str, np.ndarray]]:
    """Id -> task -> probabilities, as `vbg predict` answers."""
    predict(found, load_plugins(), table, out, {}, Screen(), probabilities=True)
    with out.open(encoding="utf-8", newline="") as file:
        answers = list(csv.DictReader(file))
    return {row["id"]: {task: _values(row, task) for task in ("kind", "age")} for row in answers}


def _values(row, task):
    return np.array([float(value) for name, value in row.items() if name.startswith(f"{task}: ") and value])


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_neither_the_order_of_rows_nor_the_way_of_asking_changes_a_prediction(museums, experiment, monkeypatch):
    runs = [run(folder, experiment, monkeypatch) for folder in museums]
    first = predictions(runs[0].path)
    for found in runs[1:]:
        same(predictions(found.path), first)
    asked = predicted(runs[1], museums[1] / "objects.csv", museums[1] / "out.csv")
    assert asked.keys() == {row["nr"] for row in rows(False)}
    same({identity: asked[identity] for identity in first}, first)


def same(found, expected):
    assert found.keys() == expected.keys()
    for identity, tasks in expected.items():
        for task, probabilities in tasks.items():
            assert np.abs(found[identity][task] - probabilities).max() < 1e-5, (identity, task)


def test_a_part_of_one_record_is_that_record(tmp_path, monkeypatch):
    table = rows(True)
    for number, row in enumerate(table):
        row["split"] = "test" if number == 41 else "validation" if number in (3, 4, 5) else "train"
        row["object"] = row["nr"]
    write(tmp_path / "in", table, True)
    found = run(tmp_path / "in", "trees", monkeypatch)
    own = predictions(found.path)
    asked = predicted(found, tmp_path / "in" / "objects.csv", tmp_path / "out.csv")
    assert list(own) == ["1899.041"]
    same({"1899.041": asked["1899.041"]}, own)


def test_predictions_know_no_neighbours(tmp_path, monkeypatch):
    write(tmp_path / "in", rows(False), False)
    found = run(tmp_path / "in", "trained", monkeypatch)
    every = predicted(found, tmp_path / "in" / "objects.csv", tmp_path / "all.csv")
    single = tmp_path / "in" / "single.csv"
    with single.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows(False)[0]))
        writer.writeheader()
        writer.writerow(rows(False)[13])
    same(predicted(found, single, tmp_path / "one.csv"), {"1899.013": every["1899.013"]})
