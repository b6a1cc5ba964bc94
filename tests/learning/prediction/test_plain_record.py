"""Records as JSON and bytes."""

import json
from pathlib import Path

import pytest
from PIL import Image

from vbg_framework.contracts.record import Record, Rejected
from vbg_framework.learning.prediction.plain_record import NotPlain, files, plain, record_of

INPUTS = {
    "image": [Path("a.png"), b"\x89PNG", ValueError("leaves its folder"), None],
    "text": {"title": "Sch\udce4l", "path": "b.png"},
    "metadata": {"height": 3.5, "broken": True, "width": None},
}


def test_a_record_comes_back_with_all_that_a_model_reads():
    record, blobs = Record("7", INPUTS, {"marks": ["blue", "red"]}, source="t.csv:3"), []
    found = record_of(json.loads(json.dumps(plain(record, blobs))), blobs)
    image, problem = [*found.inputs["image"]], found.inputs["image"][2]
    assert (image[:2], image[3]) == (INPUTS["image"][:2], None)
    assert (type(problem), str(problem)) == (ValueError, "leaves its folder")
    assert {**found.inputs, "image": 0} == {**INPUTS, "image": 0}
    assert (found.id, found.source, found.targets) == ("7", "t.csv:3", record.targets)


def test_a_rejected_row_comes_back_as_one():
    rejected = Rejected("t.csv:4", "has five cells", "8")
    assert record_of(plain(rejected, []), []) == rejected


def test_a_picture_in_memory_is_refused():
    with pytest.raises(NotPlain, match="Image"):
        plain(Record("1", {"image": Image.new("RGB", (2, 2))}), [])


def test_paths_are_found_and_fields_that_are_called_so_are_none():
    assert files([plain(Record("7", INPUTS), []), plain(Rejected("t", "r"), [])]) == ["a.png"]
