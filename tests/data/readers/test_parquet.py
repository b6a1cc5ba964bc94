"""Rows of Parquet files."""

import datetime
import decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.data.catalogue.cells import cell_text
from vbg_framework.data.readers import parquet as module
from vbg_framework.data.readers.parquet import Parquet


def read(path, *columns, **options):
    pq.write_table(pa.table(dict(columns)), path, **options)
    return list(Parquet(path).rows([name for name, _ in columns]))


def texts(path, column):
    return [row if isinstance(row, str) else cell_text("a", row["a"]) for _, row in read(path, ("a", column))]


DAY = 86400


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array([0, -901000, 3000000, None], pa.date32()), ["1970-01-01", "-0497-02-24", "10183-09-21", None]),
        (pa.array([-901000 * DAY * 1000], pa.date64()), ["-0497-02-24"]),
        (pa.array([0, -901000 * DAY], pa.timestamp("s")), ["1970-01-01T00:00:00", "-0497-02-24T00:00:00"]),
        (pa.array([10**15, -(10**17)], pa.timestamp("us")), ["2001-09-09T01:46:40", "-1199-02-15T14:13:20"]),
        (pa.array([-(10**17) + 500000], pa.timestamp("us", "Europe/Paris")), ["-1199-02-15T14:13:20.500000+00:00"]),
        (pa.array([1600000000123456789], pa.timestamp("ns")), ["2020-09-13T12:26:40.123456789"]),
        (pa.array([3600], pa.time32("s")), ["01:00:00"]),
        (pa.array([90, 2**60], pa.duration("s")), ["PT90S", "PT1152921504606846976S"]),
        (pa.array([decimal.Decimal("12.50")]), ["12.5"]),
        (pa.array([np.float16(0.1)]), ["0.0999755859375"]),
        (pa.array(["bowl", None, "bowl"]).dictionary_encode(), ["bowl", None, "bowl"]),
        (pa.array(["bowl"], pa.large_string()), ["bowl"]),
        (pa.array(["J\u00fcngling".encode()], pa.binary()), ["J\u00fcngling"]),
        (pa.array([2**63 - 1, None], pa.int64()), ["9223372036854775807", None]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
    ],
)
def test_every_kind_of_column_becomes_text(tmp_path, column, expected):
    assert texts(tmp_path / "t.parquet", column) == expected


def test_a_date_out_of_range_leaves_the_others_what_they_are(tmp_path):
    rows = read(tmp_path / "t.parquet", ("a", pa.array([0, -901000], pa.date32())), ("b", pa.array(["x", "y"])))
    assert rows == [(1, {"a": datetime.date(1970, 1, 1), "b": "x"}), (2, {"a": "-0497-02-24", "b": "y"})]


def test_a_value_that_cannot_be_read_concerns_its_row(tmp_path):
    bad = pa.StringArray.from_buffers(3, pa.py_buffer(np.array([0, 1, 2, 3], np.int32)), pa.py_buffer(b"a\xffc"))
    rows = read(tmp_path / "t.parquet", ("a", bad))
    assert rows[0] == (1, {"a": "a"})
    assert rows[2] == (3, {"a": "c"})
    assert rows[1][1].startswith("column 'a' holds a string that cannot be read, got ")


def test_nested_columns_are_read_or_concern_their_row(tmp_path):
    dates = pa.array([[0], [-901000, None]], pa.list_(pa.date32()))
    maps = pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int64()))
    structs = pa.array([{"day": 0}, {"day": -901000}], pa.struct([("day", pa.date32())]))
    rows = read(tmp_path / "t.parquet", ("dates", dates), ("maps", maps))
    assert rows[1] == (2, {"dates": ["-0497-02-24", None], "maps": []})
    assert "'days' holds a struct" in read(tmp_path / "t.parquet", ("days", structs))[1][1]


def test_rows_are_numbered_through_all_row_groups(tmp_path):
    column = pa.array(range(2500))
    found = read(tmp_path / "t.parquet", ("a", column), row_group_size=700)
    assert found == [(number + 1, {"a": number}) for number in range(2500)]


@pytest.mark.parametrize("dictionary", [True, False])
def test_long_values_are_read_a_few_at_a_time(tmp_path, dictionary, monkeypatch):
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 600, pa.int32()), pa.array(["a" * 1_000_000]))
    column = column if dictionary else column.slice(0, 100).dictionary_decode()
    pq.write_table(pa.table({"a": column}), tmp_path / "t.parquet", compression="zstd", store_schema=False)
    with pytest.raises(VBGError, match="unpacks to far more than any table of its size"):
        list(Parquet(tmp_path / "t.parquet").rows(["a"]))
    monkeypatch.setattr(module, "most_unpacked", lambda packed: 1 << 40)
    before, most = pa.total_allocated_bytes(), 0
    for _ in Parquet(tmp_path / "t.parquet").rows(["a"]):
        most = max(most, pa.total_allocated_bytes() - before)
    assert most < 2.5e8


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32(), pa.float64()])
def test_an_infinite_number_puts_its_row_aside_as_in_json(tmp_path, kind):
    column = pa.array([np.float16(number) for number in (1.5, np.inf, -np.inf, np.nan)], pa.float16()).cast(kind)
    rows = [row for _, row in read(tmp_path / "t.parquet", ("a", column))]
    assert rows[:3] == [{"a": 1.5}, *(f"column 'a' is not a finite number, got {sign}inf" for sign in ("", "-"))]
    assert isinstance(rows[3], dict)


def test_all_columns_are_read_if_none_is_named(tmp_path):
    pq.write_table(pa.Table.from_pylist([{"id": "1", "title": "Bowl"}]), tmp_path / "all_columns.parquet")
    assert list(Parquet(tmp_path / "all_columns.parquet").rows([])) == [(1, {"id": "1", "title": "Bowl"})]


def test_more_columns_than_any_table_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_COLUMNS", 2)
    with pytest.raises(VBGError, match="has more than 2 columns, got 3"):
        read(tmp_path / "t.parquet", *((name, pa.array([1])) for name in "abc"))


def test_a_value_as_long_as_a_book_series_is_refused(tmp_path):
    with pytest.raises(VBGError, match="unpacks to far more"):
        read(tmp_path / "t.parquet", ("a", pa.array(["a" * 17_000_000])), use_dictionary=False, compression="none")
