import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.data.readers.parquet import Parquet
from vbg_framework.data.readers.parquet_size import repeated_texts, written_out


def lists(count, text):
    """One row that names a text so many times, which is kept once."""
    words = pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([text]))
    return pa.ListArray.from_arrays(pa.array([0, count], pa.int32()), words)


@pytest.mark.parametrize("wrap", [lambda each: each, lambda each: pa.StructArray.from_arrays([each], ["tags"])])
def test_a_long_text_in_half_a_million_items_is_refused_before_it_is_written_out(tmp_path, wrap):
    table = pa.table({"id": ["1"], "tags": wrap(lists(500_000, "x" * 5000))})
    pq.write_table(table, tmp_path / "t.parquet", compression="zstd", store_schema=False)
    assert (tmp_path / "t.parquet").stat().st_size < 20_000
    pa.default_memory_pool().release_unused()
    before = pa.default_memory_pool().max_memory()
    with pytest.raises(VBGError, match="unpacks to far more than any table of its size"):
        list(Parquet(tmp_path / "t.parquet").rows(["id", "tags"]))
    assert pa.default_memory_pool().max_memory() - before < 1e8


def test_lists_of_texts_are_read_as_they_are(tmp_path):
    rows = [{"tags": ["a", "b", None], "of": [{"by": "x"}]}, {"tags": [], "of": None}, {"tags": None, "of": []}]
    rows.append({"tags": ["b"] * 50, "of": [{"by": None}, {"by": "y"}]})
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "t.parquet")
    assert [row for _, row in Parquet(tmp_path / "t.parquet").rows([])] == rows
    schema = pq.read_metadata(tmp_path / "t.parquet").schema
    assert repeated_texts(schema) == ["tags.list.element", "of.list.element.by"]


@pytest.mark.parametrize("column", [
    pa.array(["a", "bcd", None]), pa.array([["ab", None], [], None]), pa.array([{"a": "xyz"}, None]), pa.array([1, 2]),
    pa.array([[("k", "vw")], []], pa.map_(pa.string(), pa.string())),
])  # fmt: skip
def test_texts_of_a_dictionary_weigh_as_much_as_written_out(column):
    assert written_out(pa.record_batch({"a": column})) <= column.nbytes + len(column)  # a bit that says what is missing
    text = pa.array(["abc", "de", None, "abc"])
    assert written_out(pa.record_batch({"a": text.dictionary_encode()})) == 8
