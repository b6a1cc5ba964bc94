"""What a column holds."""

from vbg_framework.data.profile import column_facts as module
from vbg_framework.data.profile.column_facts import ColumnFacts, text_of


def counted(*cells):
    facts = ColumnFacts("c")
    for cell in cells:
        facts.add(cell)
    return facts


def test_cells_are_counted_by_what_they_look_like():
    facts = counted("photos/1.JPG", "https://example.org/1.jpg", "12,5", "", None, "a|b", {"a": 1}, b"\x89PNG")
    assert (facts.filled, facts.numbers, facts.addresses, facts.bars, facts.nested, facts.images) == (6, 1, 1, 1, 1, 1)
    assert facts.pictures == 2


def test_lists_are_texts_and_whole_numbers_have_no_point():
    assert text_of(["a", "b"]) == "a, b"
    assert text_of(1899.0) == "1899"
    assert text_of([{"a": 1}]) is None


def test_a_column_is_unique_if_no_value_comes_twice(monkeypatch):
    assert counted("1", "2").is_unique
    assert not counted("1", "1 ").is_unique
    monkeypatch.setattr(module, "MOST_VALUES", 2)
    many = counted("1", "2", "3")
    assert many.many
    assert not many.is_unique


def test_the_example_does_not_depend_on_the_order():
    assert counted("b", "a").example == counted("a", "b").example == "a"
