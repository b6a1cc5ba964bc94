"""Lists of records inside one JSON object."""

import json

import pytest

from vbg_framework.data.readers.json_array import json_rows
from vbg_framework.data.readers.json_wrapper import before_list

ROWS = [{"id": str(i), "kind": "jug", "makers": [{"name": "A"}]} for i in range(4)]


def write(tmp_path, value, indent=None, name="t.json"):
    path = tmp_path / name
    path.write_text(value if isinstance(value, str) else json.dumps(value, indent=indent), encoding="utf-8")
    return path


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "whole",
    [
        {"data": ROWS},
        {"info": {"pages": 3, "licence": ["CC0"]}, "data": ROWS, "next": None},
        {"response": {"count": 4, "items": ROWS}},
        {"note": 'a "[{" in a text', "objects": ROWS},
    ],
)
def test_the_items_of_a_list_inside_an_object_are_rows(tmp_path, whole, indent):
    rows = json_rows(write(tmp_path, whole, indent))
    assert [row for _, row in rows.rows([])] == ROWS


@pytest.mark.parametrize("text", ["", "[]", json.dumps({"a": [1, 2]}), "{", '{"a" [{', "not JSON"])
def test_what_is_no_object_around_a_list_is_none(tmp_path, text):
    assert before_list(write(tmp_path, text)) == ""


def test_objects_with_lists_in_them_that_follow_each_other_stay_rows(tmp_path):
    pretty = "\n".join(json.dumps(row, indent=1) for row in ROWS)
    assert [row for _, row in json_rows(write(tmp_path, pretty)).rows([])] == ROWS
    lines = "\n".join(json.dumps(row) for row in ROWS)
    assert [row for _, row in json_rows(write(tmp_path, lines, name="t.jsonl")).rows([])] == ROWS


def test_one_record_with_a_short_list_in_it_stays_a_record(tmp_path):
    record = {"id": "1", "title": "Jug with a long title", "makers": [{"n": "A"}], "note": "of the museum " * 9}
    assert [row for _, row in json_rows(write(tmp_path, record, 2)).rows([])] == [record]


def test_a_long_list_is_read_although_its_end_is_not_seen(tmp_path):
    many = [{"id": str(i), "text": "x" * 500} for i in range(4000)]
    rows = json_rows(write(tmp_path, {"total": 4000, "records": many})).rows(["id"])
    assert sum(1 for _ in rows) == 4000
