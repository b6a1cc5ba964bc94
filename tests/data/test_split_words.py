import pytest

from vbg_framework.data.split_words import split_of


@pytest.mark.parametrize(
    ("word", "split"),
    [("Train", "train"), ("TRAINING", "train"), ("dev", "validation"), ("Val\u200b", "validation"), ("Test ", "test")],
)
def test_the_usual_words_are_known_however_they_are_spelt(word, split):
    assert split_of(word, {}) == split


def test_the_users_words_come_first_and_unknown_ones_stay():
    assert split_of("Lernen", {"lernen": "train"}) == "train"
    assert split_of("test", {"test": "validation"}) == "validation"
    assert split_of("3", {}) == "3"
