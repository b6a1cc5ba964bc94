import pytest

from vbg_framework.generation.quality.texts import text_quality

REAL = [{"title": "White bowl", "note": "Gift"}, {"title": "Blue vase"}, {"title": "A dish with a fish"}]


def test_texts_that_repeat_or_come_from_training_are_counted():
    made = [{"title": "white  bowl", "note": "gift"}, {"title": "Red bowl"}, {"title": "red bowl"}, {"title": "Jar"}]
    found = text_quality(made, REAL, seed=0)
    assert found["n"] == 4
    assert found["in_training"] == 0.25
    assert found["duplicates"] == 0.25


def test_distinct_words_and_pairs_are_shares_and_beside_them_as_many_real_texts():
    found = text_quality([{"title": "a b a b"}], REAL, seed=0)
    assert found["distinct_1"] == pytest.approx(2 / 4)
    assert found["distinct_2"] == pytest.approx(2 / 3)
    assert found["real"]["n"] == 1
    everything = text_quality([{"title": "x"}] * 9, REAL, seed=0)
    assert everything["real"] == {"n": 3, "distinct_1": pytest.approx(9 / 10), "distinct_2": 1}


def test_texts_without_words_or_without_real_ones_give_none():
    found = text_quality([{"title": "…"}], [], seed=0)
    assert found["distinct_1"] is found["distinct_2"] is found["real"] is None
