"""Columns as tasks."""

from vbg_framework.data.profile.column_facts import ColumnFacts
from vbg_framework.data.profile.proposal import proposal


def made(name, *cells):
    facts = ColumnFacts(name)
    for cell in cells:
        facts.add(cell)
    return proposal(facts, len(cells))


def test_classes_are_counted_and_rare_ones_named():
    found = made("kind", *["bowl"] * 5, *["jug"] * 3, "cup")
    assert found.counts == {"bowl": 5, "jug": 3, "cup": 1}
    assert found.rare == ["cup"]
    assert found.reason == "2 classes of 3 records or more, 1 more are too rare to learn"


def test_what_holds_no_two_classes_is_no_task():
    assert made("kind", "bowl", "jug") is None
    assert made("kind", *["bowl"] * 9) is None
    assert made("year", *["1899"] * 5, *["1900"] * 5) is None
    assert made("flag", *["True"] * 5, *["False"] * 5) is None
    assert made("photo", *["https://a.org/1"] * 5, *["https://a.org/2"] * 5) is None


def test_a_column_called_like_a_label_is_the_better_task():
    cells = [*["a"] * 5, *["b"] * 5]
    assert made("Klasse", *cells).score > made("department", *cells).score > made("colour", *cells).score
