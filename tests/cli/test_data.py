"""`vbg data`."""

import json
from pathlib import Path

import pytest

from vbg_framework.cli import main

SMALL = [word for change in ("objects=12", "views=2", "size=32", "tail=2") for word in ("--set", change)]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_prepare_says_what_there_is(capsys):
    assert main(["data", "prepare", "mini-museum", *SMALL]) == 0
    out = capsys.readouterr().out
    assert "records, 0 quarantined, in " in out
    assert "  form: " in out
    folder = Path(out.partition(", in ")[2].splitlines()[0])
    assert folder.name.startswith("mini_museum-")
    made = folder.stat().st_ino
    assert main(["data", "prepare", "mini-museum", *SMALL]) == 0
    assert folder.stat().st_ino == made
    assert main(["data", "prepare", "mini-museum", *SMALL, "--refresh"]) == 0
    assert folder.stat().st_ino != made


def test_prepare_and_the_card_tell_the_split_of_the_experiments(capsys):
    base = "datasets: {pots: {type: mini_museum, objects: 60, views: 2, size: 32, tail: 2}}\nversion: 1\nexperiments:\n"
    one = "  NAME: {data: pots, tasks: [form], classifier: {type: softmax}, split: {use: stable, seed: SEED}}\n"
    first, second = one.replace("NAME", "a").replace("SEED", "1"), one.replace("NAME", "b").replace("SEED", "2")
    Path("registry.yaml").write_text(base + first)
    assert main(["data", "prepare", "pots"]) == 0
    assert "Split  stable: train" in capsys.readouterr().out
    assert main(["data", "check", "pots", "--out", "card"]) == 0
    assert "Split  stable: train" in capsys.readouterr().out
    assert "it follows from a hash of each object" in Path("card/card.html").read_text()
    Path("registry.yaml").write_text(base + first + second)  # two experiments that disagree
    assert main(["data", "prepare", "pots"]) == 0
    assert "Split  stratified: train" in capsys.readouterr().out


def test_check_writes_the_card_where_it_is_wanted(capsys):
    assert main(["data", "check", "mini-museum", *SMALL, "--out", "card"]) == 0
    assert "records of" in capsys.readouterr().out
    assert json.loads(Path("card/card.json").read_text())["name"] == "mini-museum"
    assert main(["data", "check", "mini-museum", *SMALL]) == 0
    assert Path(capsys.readouterr().out.splitlines()[-1]).is_file()


def test_show_writes_a_sheet_per_task():
    assert main(["data", "show", "mini-museum", *SMALL, "--out", "sheets"]) == 0
    assert Path("sheets/mini-museum-form.png").is_file()


def test_export_writes_a_new_folder(capsys):
    arguments = ["data", "export", "mini-museum", *SMALL, "--to", "parquet", "--out", "out"]
    assert main(arguments) == 0
    assert "out: " in capsys.readouterr().out
    assert Path("out/data.parquet").is_file()
    assert main(arguments) == 1
    assert "exists already" in capsys.readouterr().err
