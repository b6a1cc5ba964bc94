"""The ledger: several writers, a kill, and nothing that was acknowledged is lost."""

import os
import signal
import sqlite3
import threading

import pytest
from warm import Started

from vbg_framework.base.errors import VBGError
from vbg_framework.ui.decision import CORRECT, Decision
from vbg_framework.ui.ledger import Ledger

ONE = Decision(CORRECT, "7", "kind", "cup", "vase", "A. Lee", "the handle")


def endlessly(path):
    """Write as fast as it goes, and tell every entry once it was acknowledged."""
    ledger = Ledger(path, "pots")
    while True:
        print(ledger.add(ONE).number, flush=True)


def test_an_entry_comes_back_with_number_and_time(tmp_path):
    entry = Ledger(tmp_path / "l.sqlite", "pots").add(ONE)
    assert Ledger(tmp_path / "l.sqlite", "pots").decisions() == [entry]
    assert entry.number == 1
    assert entry.when.startswith("20")
    assert entry.when.endswith("+00:00")


def test_people_who_write_at_once_lose_nothing(tmp_path):
    ledgers = [Ledger(tmp_path / "l.sqlite", "pots") for _ in range(4)]

    def write(ledger, name):
        for _ in range(15):
            ledger.add(ONE._replace(who=name))

    threads = [threading.Thread(target=write, args=(ledger, f"{n}")) for n, ledger in enumerate(ledgers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = ledgers[0].decisions()
    assert [each.number for each in found] == list(range(1, 61))
    assert sorted(each.who for each in found) == sorted(f"{n}" for n in range(4) for _ in range(15))


@pytest.mark.slow
def test_a_killed_writer_loses_nothing_that_was_acknowledged(tmp_path):
    path = tmp_path / "l.sqlite"
    writer = Started(endlessly, path)
    other = Ledger(path, "pots")
    while len(other.decisions()) < 20:
        pass
    os.kill(writer.pid, signal.SIGKILL)
    told = [int(number) for number in writer.wait().split("\n")[:-1]]
    assert len(told) >= 19
    assert {each.number for each in Ledger(path, "pots").decisions()} >= {*told}


def test_entries_cannot_be_changed_or_removed(tmp_path):
    Ledger(tmp_path / "l.sqlite", "pots").add(ONE)
    with sqlite3.connect(tmp_path / "l.sqlite") as database:
        for words in ("update decisions set who = 'x'", "delete from decisions"):
            with pytest.raises(sqlite3.IntegrityError, match="entries stay"):
                database.execute(words)


def test_a_ledger_belongs_to_one_data_set(tmp_path):
    Ledger(tmp_path / "l.sqlite", "pots")
    with pytest.raises(VBGError, match="decisions about data 'pots', got 'coins'"):
        Ledger(tmp_path / "l.sqlite", "coins")


def test_a_file_that_is_no_ledger_is_named(tmp_path):
    (tmp_path / "l.sqlite").write_text("no ledger" * 99)
    with pytest.raises(VBGError, match="cannot be used"):
        Ledger(tmp_path / "l.sqlite", "pots")
