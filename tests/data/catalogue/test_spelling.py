import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.data.catalogue.spelling import alike, folded, normal, normal_lines, spelt

INVISIBLE = ["\u200b", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u202b", "\ufe0f", "\u034f", "\u200c", "\u200d"]


@given(st.text())
def test_a_normal_form_has_itself_as_normal_form(text):
    assert normal(normal(text)) == normal(text)


@given(st.text())
def test_composed_and_decomposed_text_have_one_normal_form(text):
    assert normal(unicodedata.normalize("NFD", text)) == normal(unicodedata.normalize("NFC", text))


@given(st.lists(st.sampled_from(["Schüssel", "Krug", "花瓶", "12 in."]), min_size=1), st.data())
def test_spaces_and_invisible_characters_change_nothing(words, data):
    noise = st.sampled_from([" ", "\u00a0", "\t", "\u3000", "\n", " \u200b ", "  "])
    spaced = "".join(data.draw(noise) + word for word in words) + data.draw(noise)
    inside = data.draw(st.sampled_from(INVISIBLE)).join(spaced) if data.draw(st.booleans()) else spaced
    assert normal(inside) == " ".join(words)


@pytest.mark.parametrize(
    "text", ["\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u0645\u06cc\u200c\u062e", "\u0915\u094d\u200d\u0937"]
)
def test_joiners_stay_where_a_script_or_an_emoji_needs_them(text):
    assert normal(text) == text


def test_a_variation_selector_before_a_joiner_goes_alone():
    assert normal("\u2764\ufe0f\u200d\U0001f525") == "\u2764\u200d\U0001f525"


@given(st.text())
def test_lines_of_a_text_stay_apart_and_are_normal_each(text):
    assert normal_lines(normal_lines(text)) == normal_lines(text)
    assert normal(normal_lines(text)) == normal(text)


def test_case_stays_and_folding_removes_it():
    assert normal("VASE ") == "VASE"
    assert folded("Titel\u200b DER  SACHE") == "titel der sache"


def test_classes_that_differ_in_form_or_by_a_letter_are_listed():
    names = [
        "Vase",
        "vase",
        "VASE",
        "Schüssel",
        "Schussel",
        "jar",
        "jug",
        "bowl",
        "bowls",
        "Form 1",
        "Form 2",
        "Oil/canvas",
    ]
    assert alike([*names, "oil canvas"]) == [
        ("Oil/canvas", "oil canvas"),
        ("Schussel", "Schüssel"),
        ("VASE", "Vase", "vase"),
        ("bowl", "bowls"),
    ]


@given(st.lists(st.sampled_from(["plate", "plait", "ewer", "ever", "cup"]), unique=True))
def test_the_order_of_the_classes_does_not_matter(names):
    assert alike(names) == alike(sorted(names))


def test_a_name_means_itself_else_what_is_written_alike():
    assert spelt("id", ["ID", "id", "id"]) == ["id"]
    assert spelt("Stück", ["stück", "Stu\u0308ck", " Stück"]) == ["Stu\u0308ck", " Stück"]
    assert spelt("STÜCK", ["stück", "Stu\u0308ck", "other"]) == ["stück", "Stu\u0308ck"]
    assert spelt("id", ["ids"]) == []
