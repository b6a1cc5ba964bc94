"""The months of docs/first-months*.md, block by block: with the files that it speaks of, and few steps of training."""

import shutil

import pyarrow.parquet as pq
import pytest
from pages import ROOT, blocks, collect, commands

from vbg_framework.base.run_folder import list_runs
from vbg_framework.cli import main
from vbg_framework.data.profile import draft

pytestmark = pytest.mark.slow
PAGES = [ROOT / "docs" / f"first-months{day}.md" for day in ("", "-tuesday", "-later")]
BUDGET = "{steps: 4, batch_size: 8, learning_rate: 1e-3, encoder_learning_rate: 1e-3, evaluate_every: 4}"


def new_rows(table):
    """The rows of the table again, as other objects with the same pictures turned into files of their own."""
    _header, *rows = table.read_text().splitlines()
    for row in rows[:12]:
        number, group, rest = row.split(",", 2)
        photo = table.parent / rest.rpartition(",")[2]
        shutil.copy(photo, photo.with_name(f"new-{photo.name}"))
        yield f"9{number},new-{group},{rest.replace('photos/', 'photos/new-')}"


def ids(run):
    return set(pq.read_table(run.path / "predictions.parquet")["id"].to_pylist())


def test_a_collection_goes_through_its_first_months(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VBG_DATA", str(tmp_path / "collections"))
    monkeypatch.setattr(draft, "TRAIN", BUDGET)
    collect(tmp_path)
    table = tmp_path / "collections" / "pottery" / "objects.csv"
    new = [*new_rows(table)]
    (table.parent / "new-objects.csv").write_text("\n".join([table.read_text().partition("\n")[0], *new]) + "\n")
    for block in (each for page in PAGES for each in blocks(page)):
        if block.language == "csv":
            (tmp_path / "fixes.csv").write_text(block.text)
            registry = (tmp_path / "registry.yaml").read_text()
            (tmp_path / "registry.yaml").write_text(
                registry.replace("    id:", "    corrections: fixes.csv\n    id:", 1)
            )
        for words in commands(block) if block.language == "bash" else ():
            runs = list_runs(tmp_path / "runs", "objects-model") if (tmp_path / "runs").is_dir() else []
            names = dict(zip(("FIRST", "SECOND", "THIRD"), (run.path.name for run in runs), strict=False))
            if words[0] == "run" and len(runs) == 2:  # next month
                table.write_text(table.read_text() + "\n".join(new) + "\n")
            words = [
                f"objects-model/{names[each.partition('/')[2]]}" if "objects-model/" in each else each for each in words
            ]
            words = [str(table.parent / each) if each == "new-objects.csv" else each for each in words]
            assert main(words) == 0, words
    first, _, third = list_runs(tmp_path / "runs", "objects-model")
    assert (tmp_path / "answers.xlsx").is_file()
    assert ids(first) <= ids(third)
    assert third.path.name in capsys.readouterr().out  # which predicts now
