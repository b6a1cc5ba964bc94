"""Words are left out one after the other."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.learning.explanation.words import MOST, spans, without


def test_words_keep_hyphens_and_accents():
    text = "Krug, blau-weiß (l'été)"
    assert [text[start:end] for start, end in spans(text)] == ["Krug", "blau-weiß", "l'été"]
    assert without(text, spans(text))[0] == ", blau-weiß (l'été)"


@given(st.text(max_size=400), st.integers(1, 20))
def test_spans_do_not_overlap_and_are_no_more_than_asked_for(text, most):
    found = spans(text, most)
    assert len(found) <= most
    assert all(start < end for start, end in found)
    assert all(one[1] <= two[0] for one, two in pairwise(found))


def test_a_hidden_label_is_no_word():
    assert spans("[MASK] of a mask") == [(7, 9), (10, 11), (12, 16)]


def test_a_long_text_is_cut_into_runs():
    assert len(spans("word " * 1000)) <= MOST
