"""Generated records in columns."""

import json

import numpy as np
import pytest
from PIL import Image

from vbg_framework.contracts.record import Origin, Record
from vbg_framework.ui.generated import Generated
from vbg_framework.ui.query import Query


@pytest.fixture
def shelf(hidden):
    return hidden.generated.wait()


def test_they_are_the_records_of_samples_jsonl_in_order_with_their_labels(hidden, shelf):
    lines = (hidden.run.path / "synthetic" / "samples.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    assert list(shelf.ids) == [each["id"] for each in entries]
    assert entries
    for place, entry in enumerate(entries):
        for task, labels in shelf.labels.items():
            assert labels.names("truth", place) == ([entry["targets"][task]] if entry["targets"].get(task) else [])


def test_filters_find_what_a_look_at_each_record_finds(hidden, shelf):
    name = shelf.labels["form"].names("truth", 0)[0]
    asked = Query.read({"origin": "generated", "task": "form", "true": name, "q": "syn_"}, hidden.collection)
    expected = [
        place
        for place, made in enumerate(shelf.made)
        if made.targets["form"] == name and "syn_" in f"{made.id} {made.inputs}".lower()
    ]
    assert shelf.found(asked).tolist() == expected
    lacking = Query.read({"origin": "generated", "missing": "image"}, hidden.collection)
    assert shelf.found(lacking).tolist() == [p for p, made in enumerate(shelf.made) if "image" not in made.inputs]


@pytest.mark.parametrize(
    "words", [{"doubted": "yes"}, {"apart": "yes"}, {"wrong": "yes"}, {"least": "0"}, {"part": "test"}]
)
def test_none_of_them_is_what_only_a_real_record_can_be(hidden, shelf, words):
    assert not len(shelf.found(Query.read({"origin": "generated", **words}, hidden.collection)))
    assert len(shelf.found(Query.read({"origin": "generated", "part": "train"}, hidden.collection))) == len(shelf)


def test_a_picture_is_there_in_two_sizes_and_may_be_missing(hidden, tmp_path):
    Image.new("RGB", (600, 300), "red").save(tmp_path / "one.png")
    made = [
        Record("A", {"image": tmp_path / "one.png", "text": "a <jug>"}, {}, "A", Origin()),
        Record("B", {"text": {"title": "a jug"}}, {}, "B"),
        Record("C", {"image": tmp_path / "gone.png"}, {}, "C"),
    ]
    shelf = Generated(made, hidden.collection)
    small, kind = shelf.picture(0, "small")
    assert (small[:2], kind) == (b"\xff\xd8", "image/jpeg")
    assert shelf.picture(0, "whole")[0].startswith(b"\x89PNG")
    assert (shelf.picture(1, "small"), shelf.picture(2, "whole")) == (None, None)
    assert np.flatnonzero(shelf.with_words("jug")).tolist() == [0, 1]
