"""Rows of a `.json` file."""

import gzip
import json

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Rejected
from vbg_framework.data.readers.json_array import json_rows
from vbg_framework.data.readers.table import Table

ROWS = [{"id": "007", "year": -5, "title": "NA"}, {"id": "8", "year": None}]


def test_a_list_has_the_rows_of_its_lines(tmp_path):
    lines = "\n".join(map(json.dumps, ROWS))
    found = []
    for name, content in [("t.jsonl", lines), ("t.json", lines), ("t.json", "\n" + json.dumps(ROWS, indent=1))]:
        (tmp_path / name).write_text(content)
        found.append([cells for _, cells in Table(tmp_path / name).rows(["id", "year", "title"])])
    assert found == [[{"title": None} | row for row in ROWS]] * 3


def test_what_is_no_object_costs_itself(tmp_path):
    (tmp_path / "t.json").write_text('[1, {"id": "\\ud83d"}, {"id": 1, "id": 2}, {"id": 3}]')
    *wrong, right = Table(tmp_path / "t.json").rows(["id"])
    assert wrong[0] == Rejected("t.json:1", "item is not a JSON object, got int")
    assert "half a character" in wrong[1].reason
    assert "more than once" in wrong[2].reason
    assert right == ("t.json:4", {"id": 3})


def test_a_list_without_a_column_or_an_end_is_an_error(tmp_path):
    (tmp_path / "t.json").write_text('[{"id": 1}]')
    with pytest.raises(VBGError, match=r"no column 'ids'\. Did you mean 'id'"):
        Table(tmp_path / "t.json").find(["ids"])
    (tmp_path / "t.json").write_text('[{"id": 1}')
    with pytest.raises(VBGError, match="cannot be read as JSON"):
        list(json_rows(tmp_path / "t.json").rows(["id"]))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_objects_over_several_lines_are_rows_whatever_the_suffix(tmp_path, pack):
    apart = "\n".join(json.dumps(row, indent=1) for row in ROWS)
    for content in (apart, json.dumps(ROWS, indent=1), json.dumps(ROWS)):
        (tmp_path / "t.jsonl").write_bytes(pack(content.encode()))
        assert [cells["id"] for _, cells in Table(tmp_path / "t.jsonl").rows(["id", "title"])] == ["007", "8"]
