"""Small inputs on which runs, predictions or faulty sources once were wrong: the right value, or one clear line."""

from __future__ import annotations

import csv
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from vbg_framework.cli import main


@pytest.fixture
def after(shared, tmp_path, monkeypatch) -> Callable[[str], None]:
    """Work in a copy of a case with runs."""

    def enter(number: str) -> None:
        folder = shared / "cases" / "after-data" / number
        if not folder.is_dir():
            pytest.skip("the folder of the cases is absent")
        shutil.copytree(folder, tmp_path / number)
        monkeypatch.chdir(tmp_path / number)

    return enter


def _run(name: str, *sets: str) -> list[dict]:
    assert main(["run", name, *(word for each in sets for word in ("--set", each))]) == 0
    (run,) = Path("runs", name).iterdir()
    return pq.read_table(run / "predictions.parquet").to_pylist()


def _predicted(name: str, table: str) -> list[dict]:
    assert main(["predict", name, table, "--out", "out.csv", "--probabilities"]) == 0
    text = Path("out.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";" if ";" in text.partition("\n")[0] else ","))


def test_the_order_of_rows_changes_no_prediction(after):
    after("11")
    runpy.run_path("make.py")
    one, two, three = ({row["id"]: row["kind_probabilities"] for row in _run(name)} for name in "abc")
    assert len(one) == 30
    for other in (two, three):
        assert [other[key] for key in one] == [pytest.approx(one[key], abs=1e-6) for key in one]


def test_odd_tables_give_a_row_each_or_one_line(after, capsys):
    after("03")
    own = _run("pattern", "train.steps=4", "train.evaluate_every=4")
    said = {row["id"]: row for row in _predicted("pattern", "coll/objects.csv")}
    for row in own:
        probabilities = [float(said[row["id"]][f"kind: {name}"]) for name in ("bowl", "ewer", "jar", "plate")]
        assert probabilities == pytest.approx(row["kind_probabilities"], abs=1e-5)
    assert [len(_predicted("pattern", f"coll/{name}.csv")) for name in ("d", "one", "single", "odd")] == [160, 1, 1, 6]
    (nothing,) = [row for row in _predicted("pattern", "coll/odd.csv") if not row["kind"]]
    assert (nothing["id"], nothing["problem"]) == ("odd.csv:5", "neither image nor text nor metadata")
    for name, line in (("empty", "empty.csv: is empty. Export it again"), ("header", "holds nothing to predict")):
        capsys.readouterr()
        assert main(["predict", "pattern", f"coll/{name}.csv", "--out", "none.csv"]) == 1
        assert line in capsys.readouterr().err


@pytest.mark.parametrize("name", ["t", "lr"])
def test_a_text_model_asked_about_pictures_says_nothing_of_them(after, name):
    after("18")
    _run(name, *(["train.steps=4", "train.evaluate_every=4"] if name == "t" else []))
    answers = _predicted(name, "coll/picsonly.csv")
    assert len(answers) == 160
    assert {(row["kind"], row["problem"]) for row in answers} == {
        ("", "no text, which is what the model reads; there is image")
    }
    assert sum(not row["kind"] for row in _predicted(name, "coll/halfempty.csv")) == 80


def test_labels_that_differ_by_an_invisible_sign_are_one_class(after, capsys):
    after("21")
    assert main(["data", "prepare", "tags"]) == 0
    assert "kind: bowl 50, ewer 50, jar 50, plate 50" in capsys.readouterr().out


@pytest.fixture
def fault(shared, tmp_path, monkeypatch, capsys) -> Callable[..., str]:
    """What preparing a faulty source says."""
    folder = shared / "cases" / "faults"
    if not folder.is_dir():
        pytest.skip("the folder of the cases is absent")
    monkeypatch.chdir(tmp_path)

    def prepare(entry: dict, registry: str = "") -> str:
        text = yaml.safe_dump({"version": 1, "datasets": {"f": {"id": "id", "text": ["title"], **entry}}})
        (tmp_path / "registry.yaml").write_text((folder / registry).read_text() if registry else text)
        for path in folder.iterdir():
            shutil.copy(path, tmp_path / path.name)
        code = main(["data", "prepare", "f", "--accept-loss"])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert (code == 0) == (not err)
        return out + err

    return prepare


def test_an_unclosed_quote_takes_none_of_two_hundred_rows_along(fault, tmp_path, shared):
    rows = "".join(f"{number},t {number},{'bowl' if number % 2 else 'cup'}\n" for number in range(7, 207))
    text = (shared / "cases" / "faults" / "quote.csv").read_text()
    (tmp_path / "long.csv").write_text(text + rows)
    said = fault({"type": "table", "path": "long.csv", "targets": {"kind": "kind"}})
    assert "f: 205 records, 1 quarantined" in said
    assert "1 x quote is not closed" in said


def test_bytes_that_are_no_utf8_are_read_in_another_encoding_and_that_is_said(fault):
    said = fault({"type": "table", "path": "bad.csv", "targets": {"kind": "title"}})
    assert "f: 2 records, 0 quarantined" in said
    assert "bad.csv is read as Windows-1252" in said


def test_a_label_expression_takes_bounded_time(fault):
    said = fault({"type": "table", "path": "redos.csv", "labels": "redos.yaml"})
    assert "2 x record has no label" in said or "takes more than 2 s" in said


@pytest.mark.parametrize(
    ("name", "line"), [("deep.yaml", "nested too deep"), ("laugh.yaml", "its aliases repeat values until")]
)
def test_a_hostile_registry_or_rule_file_is_one_line(fault, name, line):
    assert f"{name}: " in fault({"type": "table", "path": "redos.csv", "labels": name})
    assert f"registry.yaml: {'' if name[0] == 'd' else 'not valid YAML ('}" in (said := fault({}, name))
    assert line in said
