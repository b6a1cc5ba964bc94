"""The file of corrections follows the ledger, and keeps what people write into it."""

import csv
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.preparation.corrections import Corrections
from vbg_framework.ui.corrections_file import CorrectionsFile, lines
from vbg_framework.ui.decision import ACCEPT, CORRECT, SKIP, UNDO, Decision

KIND = Task("kind", False, ("bowl", "cup", "vase"))


def corrected(identity, value, who="Ann", seen=0, kind=CORRECT):
    return Decision(kind, identity, "kind", value, "bowl", who, "seen on the shelf", seen)


def applied(path, *ids):
    """The labels after the framework applied the file to records called `bowl`; and what it counted."""
    corrections = Corrections(str(path), [KIND])
    found = {item.id: item.targets["kind"] for item in corrections.over(Record(i, {}, {"kind": "bowl"}) for i in ids)}
    return found, corrections.info()


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.DictReader(file)]


def test_decisions_arrive_where_the_data_is_prepared(tmp_path):
    file = CorrectionsFile(tmp_path / "c.csv", "pots")
    file.add(corrected("1", "cup"))
    file.add(corrected("2", "bowl", kind=ACCEPT))
    file.add(corrected("3", "", kind=SKIP))
    labels, info = applied(file.path, "1", "2", "3")
    assert labels == {"1": "cup", "2": "bowl", "3": "bowl"}
    assert info["applied"] == 1
    assert rows(file.path)[0]["why"] == "seen on the shelf"


def test_a_file_that_was_never_written_appears_when_its_ledger_is_opened(tmp_path):
    path = tmp_path / "c.csv"
    CorrectionsFile(path, "pots").ledger.add(corrected("1", "cup"))  # as if killed before the file was written
    assert not path.exists()
    assert CorrectionsFile(path, "pots").problem == ""
    assert [row["value"] for row in rows(path)] == ["cup"]


def test_of_two_decisions_the_one_that_knew_of_the_other_counts(tmp_path):
    file = CorrectionsFile(tmp_path / "c.csv", "pots")
    file.add(corrected("1", "cup", seen=file.add(corrected("1", "vase", "Bo")).number))
    assert applied(file.path, "1")[0] == {"1": "cup"}


def test_a_conflict_is_named_and_leaves_the_label(tmp_path):
    file = CorrectionsFile(tmp_path / "c.csv", "pots")
    file.add(corrected("1", "cup"))
    file.add(corrected("1", "vase", "Bo"))
    labels, info = applied(file.path, "1")
    assert labels == {"1": "bowl"}
    assert "'cup'" in info["conflicts"][0]
    assert "'vase'" in info["conflicts"][0]


def test_what_is_taken_back_leaves_the_file(tmp_path):
    file = CorrectionsFile(tmp_path / "c.csv", "pots")
    entry = file.add(corrected("1", "cup"))
    file.add(entry._replace(kind=UNDO, undone=entry.number))
    assert rows(file.path) == []


def test_a_confirmed_correction_stays_in_the_file(tmp_path):
    file = CorrectionsFile(tmp_path / "c.csv", "pots")
    file.add(corrected("1", "cup", "Bo", seen=file.add(corrected("1", "cup")).number, kind=ACCEPT))
    assert applied(file.path, "1")[0] == {"1": "cup"}


def test_lines_written_by_hand_are_kept_as_they_are(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("id,task,value,who,when,why\n9,kind,vase,Cy,2025-01-01,old note\n")
    file = CorrectionsFile(path, "pots")
    file.add(corrected("1", "cup"))
    with path.open("a") as more:
        more.write("8,kind,cup,Cy,2025-01-02,\n")
    file.add(corrected("9", "cup", seen=1))
    assert applied(path, "1", "8", "9")[0] == {"1": "cup", "8": "cup", "9": "cup"}
    assert {"id": "9", "task": "kind", "value": "vase", "who": "Cy", "when": "2025-01-01", "why": "old note"} in rows(
        path
    )


def test_a_file_that_cannot_be_read_is_left_alone_and_nothing_is_lost(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("something,else\n1,2\n")
    file = CorrectionsFile(path, "pots")
    entry = file.add(corrected("1", "cup"))
    assert "c.csv is not up to date" in file.problem
    assert path.read_text() == "something,else\n1,2\n"
    assert file.ledger.decisions() == [entry]
    path.unlink()
    file.add(corrected("2", "cup"))
    assert file.problem == ""
    assert len(rows(path)) == 2


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1).filter(str.strip), st.text(max_size=40), st.text(max_size=40))
def test_whatever_names_and_reasons_are_the_file_is_written_again_without_growing(identity, who, why):
    clean = [" ".join("".join(sign for sign in text if sign.isprintable()).split()) for text in (who, why)]
    with tempfile.TemporaryDirectory() as folder:
        file = CorrectionsFile(Path(folder) / "c.csv", "pots")
        file.ledger.add(
            corrected("".join(s for s in identity if s.isprintable()) or "1", "cup")._replace(
                who=clean[0], why=clean[1]
            )
        )
        file.write()
        before = len(file.ledger.decisions())
        file.write()
        assert file.problem == ""
        assert len(file.ledger.decisions()) == before == len([*lines(file.ledger.decisions())])
