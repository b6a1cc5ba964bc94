"""JSON Lines."""

import json

import pytest

from vbg_framework.data.readers import lines
from vbg_framework.data.readers.json_lines import JsonLines


def table(tmp_path, *rows):
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return JsonLines(path)


def read(table, *columns):
    return [row for _, row in table.rows(columns)]


def test_keys_are_found_in_every_spelling_row_by_row(tmp_path):
    found = read(table(tmp_path, {"Stück": 1}, {"Stu\u0308ck": 2}, {"STÜCK": 3}, {"stück ": 4}, {"x": 5}), "Stück")
    assert [row["Stück"] for row in found] == [1, 2, 3, 4, None]


def test_a_key_that_stands_beside_the_column_is_another_one(tmp_path):
    rows = [{"ID": "a"}, {"id": 1, "ID": "b"}, {"id": 2}]
    assert [row["id"] for row in read(table(tmp_path, *rows), "id")] == [None, 1, 2]


def test_keys_that_may_both_be_meant_put_the_row_aside(tmp_path):
    assert read(table(tmp_path, {"Id": 1, "ID": 2}), "id") == ["key 'id' is there more than once, got Id, ID"]


def test_a_key_with_two_values_puts_the_row_aside_if_it_is_wanted(tmp_path):
    twice = table(tmp_path, '{"id": 1, "a": 1, "a": 2}', '{"id": 2, "id": 2}')
    assert read(twice, "a")[0] == "key 'a' is there more than once, got a"
    assert [row["id"] for row in read(twice, "id")] == [1, 2]


def test_keys_are_known_however_late_they_come(tmp_path):
    rows = table(tmp_path, *[{"id": 1}] * 1200, "nonsense", {"photo": "a"})
    assert rows.columns() == ["id"]
    assert rows.columns(None) == ["id", "photo"]


def test_not_a_number_is_a_missing_value(tmp_path):
    assert read(table(tmp_path, '{"a": NaN}'), "a") == [{"a": None}]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1e400", "column 'a' is not a finite number, got inf"),
        ("-Infinity", "column 'a' is not a finite number, got -inf"),
        ('["x", {"y": "half \\ud83d"}]', r"column 'a' holds half a character (a surrogate), got 'half \ud83d'"),
    ],
)
def test_values_that_cannot_be_used_put_the_row_aside_if_they_are_wanted(tmp_path, cell, reason):
    rows = table(tmp_path, f'{{"id": 1, "a": {cell}}}', '{"id": 2, "a": "\\ud83d\\ude00"}')
    assert read(rows, "a") == [reason, {"id": 2, "a": "\U0001f600"}]
    assert [row["id"] for row in read(rows, "id")] == [1, 2]


def test_lines_that_are_no_objects_are_named(tmp_path):
    path = tmp_path / "t.jsonl"
    deep = b'{"a": ' + b"[" * 700 + b"]" * 700 + b"}"
    path.write_bytes(b"\n".join([b"[1]", b"3", b'{"a": "\xff"}', b'{"a": 1', b"", b'\xef\xbb\xbf{"a": 1}', deep]))
    found = dict(JsonLines(path).rows(["a"]))
    assert found[1] == "line is not a JSON object, got list"
    assert found[2] == "line is not a JSON object, got int"
    assert found[3] == "line is not UTF-8"
    assert found[4].startswith("line is not JSON, got ")
    assert found[6] == {"a": 1}
    assert sorted(found) == [1, 2, 3, 4, 6, 7]


def test_a_line_that_is_too_long_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "LONGEST", 100)
    found = read(table(tmp_path, {"a": "x" * 200}, {"a": 1}), "a")
    assert found == [lines.TOO_LONG, {"a": 1}]
