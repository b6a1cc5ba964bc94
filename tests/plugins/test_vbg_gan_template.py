"""Texts from patterns."""

import json

import numpy as np
import pytest
from gan_texts import FORMS, ROWS, VALUES, Reader, view
from vbg_gan.table import AttributeTable
from vbg_gan.template import Template

from vbg_framework import VBGError


def template(rows=ROWS, **given):
    train = view(rows)
    table = AttributeTable.learn(train, ["kiln", "glaze"])
    made = Template(table, given)
    made.learn(table.samples(train))
    return made


def fill(made, facts, count=200, seed=0):
    generator = np.random.default_rng(seed)
    return [made.fill(facts, generator) for _ in range(count)]


def test_a_training_text_serves_other_values():
    made = template(
        [("bowl", "Ding", "white", "White bowl from Ding", None), ("ewer", "Ru ware", "celadon", "Ewer", None)]
    )
    assert {text["title"] for text in fill(made, ("ewer", {"kiln": "Ru ware", "glaze": "celadon"}))} == {
        "Celadon Ewer from Ru ware",  # the only name known of an ewer is the one in its text
        "Ewer",
    }


def test_a_name_keeps_the_small_letter_where_it_stands_in_a_sentence():
    rows = [("bowl", None, "white", "A white bowl", None), ("bowl", None, "white", "White bowl", None)]
    made = template([*rows, ("bowl", None, "blue", "Blue bowl, a blue one", None)])
    texts = {text["title"] for text in fill(made, ("bowl", {"glaze": "white"}))}
    assert texts == {"A white bowl", "White bowl", "White bowl, a white one"}


def test_words_of_one_name_share_a_slot():
    rows = [
        ("bowl", "New Kingdom kiln", None, "Work of the New Kingdom", None),
        ("bowl", "Ding", None, "Of Ding", None),
    ]
    texts = {text["title"] for text in fill(template(rows), ("bowl", {"kiln": "Ding"}))}
    assert texts == {"Work of the Ding", "Of Ding"}


def test_a_silent_text_serves_only_what_its_record_is():
    rows = [("bowl", "Ding", None, "From Ding", None), ("bowl", "Ding", None, "From Hebei", None)]
    made = template([*rows, ("bowl", "Jingdezhen", None, "From Jingdezhen", None)])
    assert {text["title"] for text in fill(made, ("bowl", {"kiln": "Ding"}))} == {"From Ding", "From Hebei"}
    assert {text["title"] for text in fill(made, ("bowl", {"kiln": "Jingdezhen"}))} == {"From Jingdezhen"}


def test_a_field_is_there_as_often_as_in_training():
    rows = [("bowl", None, "white", "White", "Kept in a box")] + [("bowl", None, "white", "White", None)] * 3
    texts = fill(template(rows), ("bowl", {"glaze": "white"}), 2000)
    assert np.mean(["title" in text for text in texts]) == 1
    assert np.mean(["note" in text for text in texts]) == pytest.approx(0.25, abs=0.03)


def test_no_text_names_anything_forbidden():
    made, reader = template(), Reader(view())
    facts = [
        (form, {"kiln": kiln, "glaze": glaze}) for form in FORMS for kiln in VALUES["kiln"] for glaze in VALUES["glaze"]
    ]
    filled = [(about, text) for about in facts for text in fill(made, about, 10)]
    assert [pair for pair in filled if reader.wrong(*pair[0], pair[1].values())] == []
    assert sum(bool(text) for _, text in filled) > 300


def test_given_patterns_take_the_place_of_training_texts():
    made = template(title=["{form} of {kiln} in {glaze}", "{{{form}}}"])
    texts = {text["title"] for text in fill(made, ("bowl", {"kiln": "Ding", "glaze": "white"}))}
    assert texts <= {f"{b} of Ding in {w}" for b in ("Bowl", "bowl") for w in ("white", "White")} | {"{bowl}", "{Bowl}"}
    assert {text["title"].lower() for text in fill(made, ("bowl", {"glaze": "white"}))} == {"{bowl}"}


def test_given_patterns_need_no_training_text():
    made = Template(AttributeTable.learn(view(), ["kiln"]), {"title": ["{form} from {kiln}"]})
    assert fill(made, ("bowl", {"kiln": "Ding"}), 1) == [{"title": "bowl from Ding"}]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("{glase} bowl", "patterns.title: unknown slot 'glase'. Did you mean 'glaze'?"),
        ("{form", "patterns.title: malformed pattern '{form'"),
        ("{} bowl", "patterns.title: unknown slot ''"),
    ],
)
def test_a_wrong_pattern_is_named(pattern, message):
    with pytest.raises(VBGError) as caught:
        template(title=[pattern])
    assert str(caught.value).startswith(message)


def test_it_is_restored_from_json():
    made = template(note=["{form}"])
    again = Template(AttributeTable.learn(view(), ["kiln", "glaze"]), {"note": ["{form}"]})
    again.restore(json.loads(json.dumps(made.state())))
    facts = ("bowl", {"kiln": "Ding", "glaze": "white"})
    assert fill(again, facts) == fill(made, facts)


def test_without_any_text_nothing_is_written():
    made = template([("bowl", "Ding", "white", None, None), ("bowl", "Ding", "white", " ", "")])
    assert fill(made, ("bowl", {"kiln": "Ding"}), 3) == [{}, {}, {}]
