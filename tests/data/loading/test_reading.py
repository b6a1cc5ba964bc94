import pytest
from PIL import Image

from vbg_framework.config.experiment import TextConfig
from vbg_framework.contracts.record import Record, Rejected
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.reading import Absent, Reader

FIELDS = ("title", "note")
KINDS = {"year": "number", "place": "string"}


def reader(*modalities):
    return Reader(modalities, TextPolicy(TextConfig(), fields=FIELDS, tasks=()), KINDS)


def test_inputs_are_those_of_preparation():
    inputs = {
        "text": {"title": "Scha\u0308le  \u200bblau", "note": ""},
        "metadata": {"year": "\u22125", "place": 1900.0},
    }
    found = reader("text", "metadata")(Record("7", inputs))
    assert found.inputs == {"text": "Sch\u00e4le blau", "metadata": {"year": -5.0, "place": "1900"}}
    assert (found.id, found.problem, found.absent) == ("7", "", [])


def test_what_cannot_be_read_costs_its_modality_only():
    inputs = {"image": b"no picture", "text": {"title": "Bowl", "note": ""}, "metadata": {"year": "old", "place": ""}}
    found = reader("image", "text", "metadata")(Record("7", inputs))
    assert found.inputs == {"text": "Bowl"}
    assert "not an image" in found.problem
    assert "metadata 'year' was a number in training, got 'old'" in found.problem


def test_a_picture_is_no_problem_for_a_model_that_reads_none():
    found = reader("text")(Record("7", {"image": b"no picture", "text": "Bowl"}))
    assert (found.inputs, found.problem) == ({"text": "Bowl"}, "")


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({}, "neither image nor text nor metadata"),
        ({"text": {"title": "", "note": None}}, "neither image nor text nor metadata"),
        ({"image": Image.new("RGB", (4, 4))}, "no text, which is what the model reads; there is image"),
        ({"text": "\u200b "}, "no text, which is what the model reads"),
    ],
)
def test_a_record_with_nothing_to_read_says_so(inputs, says):
    found = reader("text")(Record("7", inputs))
    assert found.inputs == {}
    assert says in found.problem


def test_a_rejected_item_is_answered_with_its_reason():
    found = reader("text")(Rejected("t.csv:3", "row is broken"))
    assert (found.id, found.inputs, found.problem) == ("t.csv:3", {}, "row is broken")
    assert reader("text")(Rejected("t.csv:3", "row is broken", "7")).id == "7"


def test_fields_that_a_record_does_not_name_are_absent_and_empty_ones_are_not():
    found = reader("image", "text", "metadata")(Record("7", {"text": {"title": ""}, "metadata": {"place": ""}}))
    assert found.absent == ["image", "text 'note'", "metadata 'year'"]
    assert reader("text")(Record("7", {"text": "Bowl"})).absent == []


def test_what_no_record_has_is_named_once_at_the_start_and_counted_at_the_end():
    said = []
    absent = Absent(said.append)
    absent.count({0: ["text 'note'", "image"], 1: ["text 'note'"]})
    absent.count({1: ["text 'note'"], 2: ["text 'note'"], 3: ["image"]})  # the first is one more view of a row before
    absent.end()
    assert said == [
        "The model was trained with text 'note', which is not there: it predicts without.",
        "Without text 'note': 3 of 4 records.",
    ]
