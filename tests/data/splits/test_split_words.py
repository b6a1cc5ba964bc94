"""Words for splits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.data.splits.split_words import WORDS, split_of


@pytest.mark.parametrize(
    ("word", "split"),
    [
        *[("train", "train"), ("TRAINING", "train"), (" Train\u200b ", "train"), ("Train set", "train")],
        *[("val", "validation"), ("Valid", "validation"), ("VALIDATION", "validation"), ("dev", "validation")],
        *[("test", "test"), ("Testing", "test"), ("eval", "test"), ("test_images", "test"), ("val2017", "validation")],
        *[(None, None), ("", None), (" ", None)],
    ],
)
def test_common_words_are_known_in_any_case(word, split):
    assert split_of(word, {}) == split


@pytest.mark.parametrize("word", ["fold 3", "Test pit 4", "trainer", "test1", "protest", "train/test"])
def test_an_unknown_word_stays_as_it_is(word):
    assert split_of(word, {}) == word


@given(st.sampled_from(sorted(WORDS)), st.sampled_from([str.upper, str.title, lambda word: f" {word}\t"]))
def test_the_words_of_the_user_win(word, written):
    assert split_of(written(word), {word: "Validation"}) == "validation"
    assert split_of("Fold 1", {"fold 1": written(word)}) == WORDS[word]
    assert split_of("Fold 1", {"fold 1": "none"}) == "none"
    assert split_of("Fold 1", {"fold 1": ""}) is None


def test_the_users_words_come_first_and_unknown_ones_stay():
    assert split_of("Lernen", {"lernen": "train"}) == "train"
    assert split_of("test", {"test": "validation"}) == "validation"
    assert split_of("3", {}) == "3"
