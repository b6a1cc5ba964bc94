"""Which words name a class or a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vbg_gan.words import Lexicon, words

from vbg_framework.data.catalogue.text import label_words

NAMES = [
    "bowl",
    "plum vase",
    "blue-and-white",
    "white",
    "Ru",
    "berry",
    "New Kingdom",
    "Vessels, other",
    "glass",
    "İznik",
]
FILLERS = [
    "with",
    "and",
    "kiln",
    "bowls",
    "berries",
    "Vases",
    "ru",
    "Ruzhou",
    "vessel",
    "blue",
    "a",
    "glasses",
    "KINGDOM",
]
TEXTS = st.lists(
    st.tuples(st.sampled_from(NAMES[:-1] + FILLERS), st.sampled_from([" ", "-", ", ", ". ", "_", "'", "\n"])),
    max_size=12,
).map(lambda pairs: "".join(word + sign for word, sign in pairs))


def lexicon(*names, **synonyms):
    return Lexicon({("kind", name): synonyms.get(name, ()) for name in names})


@given(TEXTS, st.sets(st.sampled_from(NAMES[:-1]), min_size=1))
def test_the_words_found_are_those_that_a_text_policy_masks(text, names):
    wanted = [words(match[0]) for match in label_words(sorted(names), {}).finditer(text)]
    assert list(lexicon(*sorted(names)).phrases(text)) == wanted


@given(st.text())
def test_the_pieces_put_together_are_the_text(text):
    assert "".join(lexicon(*NAMES).split(text)) == " ".join(text.split())


def test_a_phrase_stays_in_one_piece_the_longest_first():
    pieces = lexicon("blue-and-white", "white", "blue").split("Jar, Blue and  white; white glaze")
    assert pieces == ["Jar", ",", " Blue and white", ";", " white", " glaze"]


def test_a_script_without_spaces_is_cut_into_letters_and_its_names_are_found_anywhere():
    found = lexicon("青花", "İznik")
    assert found.split("明青花瓷 no. 3") == ["明", "青花", "瓷", " no", ".", " 3"]
    assert list(found.phrases("an İznik 青花 dish")) == [words("İznik"), ("青", "花")]


def test_a_word_may_name_several_things():
    found = Lexicon({("period", "New Kingdom"): (), ("period", "Old Kingdom"): (), ("shape", "new"): ()})
    assert found.things["kingdom",] == (("period", "New Kingdom"), ("period", "Old Kingdom"))
    assert found.things["new",] == (("period", "New Kingdom"), ("shape", "new"))


def test_a_synonym_counts_as_a_whole_and_stop_words_do_not_count():
    found = lexicon("Vessel and other", **{"Vessel and other": ["rice bowl"]})
    assert {("rice", "bowl"), ("rice", "bowls"), ("vessel",), ("vessel", "and", "other")} <= set(found.things)
    assert not {("rice",), ("bowl",), ("other",), ("and",)} & set(found.things)


@pytest.mark.parametrize("text", ["", "   ", "...", "\u200b"])
def test_a_text_without_words_names_nothing(text):
    assert list(lexicon("bowl").phrases(text)) == []
