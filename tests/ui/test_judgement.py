"""What of the entries about a form counts."""

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.ui.judgement import Judgement, Judgements, answers, handed_in


@pytest.fixture
def book(tmp_path):
    return Judgements(tmp_path / "l.sqlite", "pots")


def test_the_last_word_about_an_item_counts_and_nothing_after_handing_in(book):
    for item, authentic, who in [("1", "real", "Ana"), ("1", "generated", "Ana"), ("1", "real", "Bo"), ("", "", "Ana"),
                                 ("1", "real", "Ana"), ("2", "real", "Ana")]:  # fmt: skip
        book.add(Judgement("f", item, "yes" if item else "", authentic, "form text", "", who))
    book.add(Judgement("another", "1", "no", "real", who="Cy"))
    said = book.of("f")
    assert handed_in(said) == {"Ana"}
    found = answers(said)
    assert {name: each["answers"]["1"]["authentic"] for name, each in found.items()} == {
        "Ana": "generated",
        "Bo": "real",
    }
    assert found["Ana"]["answers"].keys() == {"1"}
    assert found["Ana"]["answers"]["1"]["flaws"] == ["form", "text"]


def test_what_was_not_answered_is_nothing(book):
    book.add(Judgement("f", "1", who="Ana"))
    assert answers(book.of("f"))["Ana"]["answers"]["1"] == {
        "class": None,
        "authentic": None,
        "flaws": [],
        "remark": "",
    }


def test_an_answer_that_is_none_does_not_get_into_the_ledger(book):
    with pytest.raises(VBGError, match="cannot be used"):
        book.add(Judgement("f", "1", "perhaps", who="Ana"))
    assert book.all() == []
