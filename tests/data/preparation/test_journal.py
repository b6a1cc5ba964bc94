"""A table that grows row by row."""

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.data.preparation.journal import BATCH, Journal

SCHEMA = pa.schema([("name", pa.string()), ("size", pa.int64())])
ROWS = st.lists(st.fixed_dictionaries({"name": st.text(), "size": st.none() | st.integers(0, 2**62)}), max_size=20)


@given(st.lists(ROWS, max_size=4), ROWS)
def test_what_was_committed_survives_and_what_came_later_does_not(tmp_path_factory, kept, lost):
    path = tmp_path_factory.mktemp("journal") / "rows.parquet"
    size = 0
    for rows in kept:
        journal = Journal(path, size)
        for row in rows:
            journal.add(row)
        size = journal.commit()
        for row in lost:
            journal.add(row)
        journal.abandon()
    journal = Journal(path, size)
    journal.close(SCHEMA)
    assert pq.read_table(path).to_pylist() == [row for rows in kept for row in rows]
    assert {file.name for file in path.parent.iterdir()} == {"rows.parquet", "rows.jsonl"}


def test_cells_can_be_made_from_rows(tmp_path):
    journal = Journal(tmp_path / "rows.parquet")
    for number in range(BATCH + 1):
        journal.add({"name": str(number), "size": number})
    journal.close(SCHEMA, lambda row: {**row, "size": -row["size"]})
    assert pq.read_table(tmp_path / "rows.parquet")["size"].to_pylist() == [-n for n in range(BATCH + 1)]
