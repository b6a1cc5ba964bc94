"""What `vbg doubt` leaves: a table, a page, corrections."""

import csv

from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.evidence.doubt import Doubt, Doubts, doubts, outliers
from vbg_framework.runs.evidence.doubt_files import write_corrections, write_files
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen


def lines(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_holds_all_and_the_page_those_to_look_at(tiny_run, tmp_path):
    evidence = Evidence(FinishedRun(tiny_run, load_plugins()), Screen())
    task = next(task for task in evidence.items.tasks if not task.multi_label)
    found = doubts(evidence, task)
    page = write_files(tmp_path, "run", evidence, [found], outliers(evidence, 3)).read_text()
    rows = lines(tmp_path / "doubts.csv")
    assert [row["id"] for row in rows] == [row.id for row in found.rows]
    assert rows[0]["rank"] == "1"
    assert page.count("<li>") >= len(found.flagged[:60]) + 3
    assert "<script" not in page


def test_corrections_are_suggestions_to_edit(tmp_path):
    wrong = Doubt("7", "train", "kind", "cup", "jug", 0.1, 0.8, True)
    copied = Doubt("8", "test", "kind", "cup", "cup", 0.7, 0.7, False, ("9",))
    right = Doubt("9", "test", "kind", "jug", "jug", 0.9, 0.9, False)
    assert write_corrections(tmp_path / "c.csv", [Doubts(None, [wrong, copied, right], 1.0)]) == 1
    (line,) = lines(tmp_path / "c.csv")
    assert (line["id"], line["task"], line["value"], line["when"]) == ("7", "kind", "jug", "")
    assert line["why"] == "doubt: 'cup' has 0.10, 'jug' 0.80"
