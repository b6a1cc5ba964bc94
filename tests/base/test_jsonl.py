"""Files of one JSON value per line."""

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.base.jsonl import append_line, read_lines, write_lines
from vbg_framework.base.run_folder import Step


def test_lines_come_back_in_order(tmp_path):
    path = tmp_path / "a.jsonl"
    assert read_lines(path) == []
    append_line(path, {"step": 1, "name": "甕"})
    append_line(path, {"step": 2})
    assert read_lines(path) == [{"step": 1, "name": "甕"}, {"step": 2}]


def test_a_last_line_cut_short_is_left_out(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"step": 1}\n{"step": 2', encoding="utf-8")
    assert read_lines(path) == [{"step": 1}]
    write_lines(path, read_lines(path))
    append_line(path, {"step": 3})
    assert [line["step"] for line in read_lines(path)] == [1, 3]


def test_line_breaks_of_other_alphabets_end_no_line(tmp_path):
    write_lines(tmp_path / "a.jsonl", [{"name": "a\u2028b\x85c"}])
    assert read_lines(tmp_path / "a.jsonl") == [{"name": "a\u2028b\x85c"}]


@pytest.mark.parametrize("damaged", ["{", "null", "[1]", "[" * 100_000, '{"step": "x"}', "{}"])
def test_a_damaged_line_is_named(tmp_path, damaged):
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"step": 1}}\n{damaged}\n{{"step": 3}}\n')
    with pytest.raises(VBGError, match=r"a.jsonl.* is damaged"):
        read_lines(path, Step)


def test_a_file_is_written_in_one_step(tmp_path):
    write_lines(tmp_path / "a.jsonl", [{"a": 1}])
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]
