"""Rows that cannot be used."""

from vbg_framework.data.readers.broken import Broken


def test_a_reason_is_a_text_that_knows_its_cells():
    broken = Broken("column 'a' is not UTF-8", {"b": 1})
    assert broken == "column 'a' is not UTF-8"
    assert broken.cells == {"b": 1}
