"""Entries about what was marked."""

import sqlite3

import pytest

from vbg_framework.ui.annotation import Annotation, Annotations


def test_what_was_taken_back_stands_no_more_and_stays_in_the_file(tmp_path):
    file = Annotations(tmp_path / "l.sqlite", "pots")
    first, second = (file.add(Annotation("7", term=term)) for term in ("rim", "foot"))
    file.add(Annotation("7", undone=first.number))
    assert file.standing() == [second]
    assert [each.term for each in file.all()] == ["rim", "foot", ""]
    with sqlite3.connect(file.path) as database, pytest.raises(sqlite3.IntegrityError, match="entries stay"):
        database.execute("delete from annotations")


def test_a_region_is_four_numbers():
    assert Annotation("7", region="10,20,30.5,5").box == (10, 20, 30.5, 5)
    assert Annotation("7").box is None
