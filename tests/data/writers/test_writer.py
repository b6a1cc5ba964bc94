import csv
import json

import pyarrow.parquet as pq
import pytest
from faults.kill import ended
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.base.errors import VBGError
from vbg_framework.data.writers.writer import spreadsheet_safe, table_writer

COLUMNS = {"id": str, "score": float}
ROWS = [{"id": "a", "score": 0.5}, {"id": "=1+1", "score": None}]


def test_batches_are_appended_in_every_format(tmp_path):
    for kind in ("csv", "jsonl", "parquet"):
        with table_writer(tmp_path / f"t.{kind}", COLUMNS) as write:
            write(ROWS[:1])
            write(ROWS[1:])
    assert pq.read_table(tmp_path / "t.parquet").to_pylist() == ROWS
    assert [json.loads(line) for line in (tmp_path / "t.jsonl").open()] == ROWS
    with (tmp_path / "t.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [["id", "score"], ["a", "0.5"], ["'=1+1", ""]]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_table_that_was_not_completed_does_not_appear(tmp_path):
    with pytest.raises(KeyError), table_writer(tmp_path / "t.csv", COLUMNS) as write:
        write([*ROWS, {"id": "no score"}])
    assert not list(tmp_path.iterdir())


def test_unknown_formats_and_places_that_cannot_be_written_are_named(tmp_path):
    with pytest.raises(VBGError, match="unknown kind of table, got '.xls'"), table_writer(tmp_path / "t.xls", COLUMNS):
        pass
    with pytest.raises(VBGError, match="cannot be written"), table_writer(tmp_path / "no" / "t.csv", COLUMNS):
        pass


@given(st.text())
def test_no_text_starts_a_formula(text):
    safe = spreadsheet_safe(text)
    assert safe in (text, f"'{text}")
    if safe.startswith(("=", "@", "\t", "\r")):
        pytest.fail(safe)


@given(st.floats(allow_nan=False) | st.integers())
def test_numbers_stay_numbers(number):
    assert spreadsheet_safe(number) is number
    assert spreadsheet_safe(str(number)) == str(number)


def test_bytes_of_a_file_name_that_are_no_text_are_written_by_their_number(tmp_path):
    for suffix in ("csv", "jsonl", "parquet", "xlsx"):
        with table_writer(tmp_path / f"a.{suffix}", {"id": str}) as write:
            write([{"id": "b\udcff.png"}])
    assert json.loads((tmp_path / "a.jsonl").read_text())["id"] == "b\\udcff.png"


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet", "xlsx"])
def test_a_limit_on_the_size_of_files_is_told_in_one_line_and_leaves_nothing(tmp_path, suffix, capfd):
    resource = pytest.importorskip("resource")

    def limited() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            with table_writer(tmp_path / f"a.{suffix}", {"id": str}) as write:
                write([{"id": str(number)} for number in range(5000)])
        except VBGError as error:
            return int(str(error).startswith(f"{tmp_path / 'a'}.{suffix}: cannot be written (File too large")) + 6
        return 0

    assert ended(limited).status == 7
    assert [*tmp_path.iterdir()] == []
    assert capfd.readouterr().err == ""
