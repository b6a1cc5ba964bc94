"""From records to rows."""

import hashlib

import pytest
from PIL import Image

from vbg_framework.contracts.record import Origin, Record, Task
from vbg_framework.data.preparation.row import RowError, Rows, digest

TASKS = (Task("kind"), Task("colour", multi_label=True), Task("age", classes=("old", "new")))
ROWS = Rows(TASKS, max_pixels=10_000, largest_side=64)


def row(inputs=None, targets=None, **fields):
    record = {"id": "a", "inputs": {"text": "bowl"} if inputs is None else inputs}
    return ROWS(Record(**(record | {"targets": targets or {"kind": "bowl"}} | fields)))


def test_a_record_becomes_columns():
    found = row(
        {"image": Image.new("RGB", (8, 8)), "text": {"title": " Bowl ", "note": " "}, "metadata": {"year": -500}},
        {"kind": "bowl", "colour": ["red", "blue", "red"], "age": None},
        group="g",
        split="test",
        licence="CC0",
        source="t.csv:2",
    )
    image = found.pop("image")["bytes"]
    assert image.startswith(b"\x89PNG")
    assert found.pop("sha256") == hashlib.sha256(image).hexdigest()
    assert found.pop("phash") is None  # it is blank
    assert found == {
        **{"id": "a", "group": "g", "split": "test", "licence": "CC0", "source": "t.csv:2"},
        **{"text_title": "Bowl", "text_note": None, "meta_year": -500.0},
        **{"target_kind": "bowl", "target_colour": ["blue", "red"]},
    }


def test_a_record_without_a_group_is_its_own_object():
    assert row()["group"] == "a"


def test_a_plain_text_is_the_field_text():
    assert row({"text": "bowl"})["text_text"] == "bowl"


def test_no_class_at_all_is_an_answer_to_a_multi_label_question():
    assert row(targets={"colour": []})["target_colour"] == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": " "}, "id is empty"),
        ({"id": 7}, "id must be a string, got int"),
        ({"group": None}, "group must be a string"),
        ({"split": "val"}, "split must be one of train, validation, test, got 'val'"),
        ({"targets": {"kind": None}}, "record has no label"),
        ({"targets": {"kin": "bowl"}}, r"unknown task 'kin'\. Did you mean 'kind'"),
        ({"targets": {"kind": 3}}, "label of 'kind' must be a string, got int"),
        ({"targets": {"kind": " "}}, "label of 'kind' is empty"),
        ({"targets": {"kind": ["bowl"]}}, "label of 'kind' must be a string, got list"),
        ({"targets": {"colour": "red"}}, "label of 'colour' must be a list of classes, got str"),
        ({"targets": {"colour": ["red", 2]}}, "label of 'colour' must be a string, got int"),
        ({"targets": {"age": "odl"}}, r"unknown class of 'age', got 'odl'\. Did you mean 'old'"),
        ({"inputs": {}}, "record has no image, text or metadata"),
        ({"inputs": {"image": None, "text": {"title": ""}, "metadata": {"year": None}}}, "record has no image, text"),
        ({"inputs": {"imgae": "a.png"}}, r"unknown input 'imgae'\. Did you mean 'image'"),
        ({"inputs": {"text": 3}}, "text must be a string or field -> string, got int"),
        ({"inputs": {"text": {"title": 3}}}, "text 'title' must be a string, got int"),
        ({"inputs": {"text": "a\0b"}}, "text 'text' is not valid text"),
        ({"inputs": {"text": "a\udcffb"}}, "text 'text' is not valid text"),
        ({"inputs": {"metadata": 3}}, "metadata must be field -> string or number, got int"),
        ({"inputs": {"metadata": {"year": [1]}}}, "metadata 'year' must be a string or a number, got list"),
        ({"inputs": {"metadata": {"year": float("inf")}}}, "metadata 'year' is infinite"),
        ({"inputs": {"metadata": {"year": 10**400}}}, "metadata 'year' must be a string or a number"),
        ({"inputs": {"image": "/nowhere.jpg", "text": "bowl"}}, "image file is missing"),
        ({"inputs": {"image": Image.new("RGB", (101, 100))}}, "image is too large"),
        ({"origin": Origin("gan", "1", 0)}, "record is synthetic"),
        ({"soft": {"form": {"bowl": 1.0}}}, "record has a soft label, which only new records may have"),
    ],
)
def test_a_record_that_cannot_be_used_says_why(fields, reason):
    with pytest.raises((RowError, ValueError), match=reason):
        row(**fields)


def test_missing_numbers_are_missing():
    assert row({"metadata": {"year": float("nan"), "museum": "Met"}})["meta_year"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"id": "b"},
        {"group": "g"},
        {"split": "test"},
        {"licence": "CC0"},
        {"inputs": {"text": "bowl!"}},
        {"inputs": {"text": {"title": "bowl"}}},
        {"inputs": {"text": "bowl", "metadata": {"year": 1}}},
        {"inputs": {"text": "bowl", "image": Image.new("RGB", (8, 8))}},
        {"targets": {"kind": "vase"}},
        {"targets": {"kind": "bowl", "colour": []}},
    ],
)
def test_the_digest_changes_with_the_content(change):
    assert digest(row(**change)) != digest(row())


def test_the_digest_does_not_depend_on_where_the_record_was_read_or_on_order():
    assert digest(row(source="a.csv:2")) == digest(row(source="b.csv:9"))
    assert digest(row({"text": {"a": "x", "b": "y"}})) == digest(row({"text": {"b": "y", "a": "x", "c": None}}))
    assert digest(row(targets={"colour": ["b", "a"]})) == digest(row(targets={"colour": ["a", "b"]}))


def test_what_is_longer_than_any_catalogue_text_is_refused():
    with pytest.raises(RowError, match="text 'title' is longer than 1,000,000 characters, got 1,000,001"):
        row({"text": {"title": "a" * 1_000_001}})
    with pytest.raises(RowError, match="label of 'kind' is longer than 10,000 characters"):
        row(targets={"kind": "a" * 10_001})
