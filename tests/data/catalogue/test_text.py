"""Which catalogue text a model may read."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import TextConfig
from vbg_framework.contracts.record import Task
from vbg_framework.data.catalogue.text import MASK, TextPolicy

FIELDS = ("title", "medium", "note")
KIND = Task("kind", classes=("Amulet, scarab and seal", "Body", "Dishes", "Other stone", "a"))


def policy(tasks=(KIND,), **config):
    return TextPolicy(TextConfig(**config), fields=FIELDS, tasks=tasks)


def masked(text, **config):
    return policy(policy="mask_label", **config)(text)


def test_all_fields_are_read_in_their_order():
    assert policy()({"note": "worn", "title": "Bowl"}) == "Bowl. worn"
    assert policy().fields == FIELDS


def test_named_fields_are_read_in_the_named_order():
    chosen = policy(fields=["medium", "title"])
    assert chosen({"title": "Bowl", "medium": "clay", "note": "worn"}) == "clay. Bowl"


def test_dropped_fields_are_not_read():
    dropping = policy(policy="drop_fields", drop=["title"])
    assert dropping({"title": "Bowl", "medium": "clay"}) == "clay"
    assert dropping.fields == ("medium", "note")


@pytest.mark.parametrize("text", [None, {}, {"title": None}, {"title": " ", "note": "\n"}, "", {"unknown": "x"}])
def test_an_empty_text_is_missing(text):
    assert policy()(text) is None
    assert masked(text) is None


def test_a_single_string_counts_as_the_only_field():
    assert policy()("A bowl") == "A bowl"
    assert masked("A seal of Ra") == "[MASK] [MASK] of Ra"


@pytest.mark.parametrize(
    "config", [{"fields": ["titel"]}, {"policy": "drop_fields", "drop": ["titel"]}], ids=["fields", "drop"]
)
def test_an_unknown_field_is_an_error_that_helps(config):
    with pytest.raises(VBGError, match=r"unknown text field 'titel'\. Did you mean 'title'\? Known: medium, note"):
        policy(**config)


def test_synonyms_of_an_unknown_class_are_an_error_that_helps():
    with pytest.raises(VBGError, match=r"text\.synonyms: unknown class 'Bodi'\. Did you mean 'Body'"):
        masked("x", synonyms={"Bodi": ["torso"]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Scarab-shaped SEALS", "[MASK]-shaped [MASK]"),
        ("amulet,  Scarab\nand seal", "[MASK]"),
        ("a seal_ring", "[MASK] [MASK]_ring"),
        ("bodies, dish and dishes", "[MASK], [MASK] and [MASK]"),
        ("an embodied sealing; anybody", "an embodied sealing; anybody"),
        ("other stones and others", "[MASK] and others"),
        ("and of the other", "and of the other"),
    ],
)
def test_words_that_name_a_class_are_masked(text, expected):
    assert masked(text) == expected


def test_class_names_are_taken_literally():
    tasks = (Task("t", classes=("C++ (odd)", "[x", "")),)
    assert policy(policy="mask_label", tasks=tasks)("c++ odd, [x] and |") == "[MASK], [[MASK]] and |"


def test_synonyms_are_masked_as_whole_phrases():
    synonyms = {"Body": ["torso", "upper part"], "Dishes": ["plate"]}
    text = "Plates, torsos, the upper  parts, a part"
    assert masked(text, synonyms=synonyms) == "[MASK], [MASK], the [MASK], [MASK] part"


def test_labels_in_a_script_without_spaces_are_masked_within_running_text():
    tasks = (Task("glaze", classes=("青花",)),)
    assert policy(policy="mask_label", tasks=tasks)("明代青花瓷") == "明代[MASK]瓷"


def test_only_the_selected_tasks_are_masked():
    assert policy(policy="mask_label", tasks=())({"title": "Seal"}) == "Seal"
    assert policy()({"title": "Seal"}) == "Seal"


def test_it_travels_to_worker_processes():
    there = pickle.loads(pickle.dumps(policy(policy="mask_label")))
    assert there({"title": "Two scarabs"}) == f"Two {MASK}"


@given(
    st.lists(st.text(st.characters(codec="ascii"), min_size=1, max_size=12), min_size=1, max_size=4, unique=True),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from(["{}", "the {} of Ra", "({}), gilt", "\n{}!"]),
)
def test_no_class_name_survives(classes, case, sentence):
    words = [name for name in classes if any(letter.isalnum() for letter in name)]
    mask = policy(policy="mask_label", tasks=(Task("t", classes=tuple(classes)),))
    for name in words:
        assert MASK in mask(sentence.format(case(name)))


MASKED = {"title": "Dishes, blue", "medium": "blue clay"}


def test_a_text_knows_its_fields_as_they_may_be_read():
    text = policy(policy="mask_label")({**MASKED, "note": " "})
    assert text == "[MASK], blue. blue clay"
    assert text.fields == {"title": "[MASK], blue", "medium": "blue clay"}
    assert list(text.changed({"medium": "clay", "title": "red"}).fields) == ["medium", "title"]


def test_words_that_must_not_be_read_are_masked_in_changed_fields_too():
    text = policy(policy="mask_label")(MASKED)
    assert text.changed({"title": "Dish", "medium": "other stone"}) == "[MASK]. [MASK]"


def test_what_is_masked_stays_even_if_a_class_is_called_mask():
    text = policy([Task("kind", classes=("mask", "bowl"))], policy="mask_label")({"title": "Bowl [mask, worn]"})
    assert text == "[MASK] [[MASK], worn]"
    assert text.changed(text.fields) == text


def test_a_text_comes_back_from_a_pickle_with_its_fields():
    text = pickle.loads(pickle.dumps(policy(policy="mask_label")(MASKED)))
    assert (text, text.fields["title"]) == ("[MASK], blue. blue clay", "[MASK], blue")
