"""Items that cannot be used."""

import pyarrow.parquet as pq

from vbg_framework.data.preparation.quarantine import Entry, Quarantine


def test_entries_are_written_down_and_counted(tmp_path):
    quarantine = Quarantine(tmp_path / "q.parquet")
    for row in range(2500):
        quarantine.add(Entry(f"t.csv:{row}", f"r{row}", f"image is damaged, got error {row}"))
    quarantine.add(Entry("t.csv:9999", "", "id is empty"))
    quarantine.close()
    rows = pq.read_table(tmp_path / "q.parquet").to_pylist()
    assert len(rows) == quarantine.count == 2501
    assert rows[-1] == {"source": "t.csv:9999", "id": "", "reason": "id is empty", "classes": []}
    assert quarantine.top() == "2500 x image is damaged; 1 x id is empty"


def test_an_empty_quarantine_is_a_readable_file(tmp_path):
    Quarantine(tmp_path / "q.parquet").close()
    assert pq.read_table(tmp_path / "q.parquet").column_names == ["source", "id", "reason", "classes"]


def test_even_undecodable_bytes_are_written_down(tmp_path):
    quarantine = Quarantine(tmp_path / "q.parquet")
    quarantine.add(Entry("t\udcff.csv:1", 7, "bad \udcfe", ["kind: \udcfd"]))
    quarantine.close()
    assert pq.read_table(tmp_path / "q.parquet").to_pylist() == [
        {"source": "t\\udcff.csv:1", "id": "7", "reason": "bad \\udcfe", "classes": ["kind: \\udcfd"]}
    ]


def test_it_goes_on_from_its_last_commit(tmp_path):
    first = Quarantine(tmp_path / "q.parquet")
    first.add(Entry("t:1", "", "bad, got 1"))
    size = first.commit()
    first.add(Entry("t:2", "", "worse"))
    first.abandon()
    again = Quarantine(tmp_path / "q.parquet", size)
    assert (again.count, again.reasons) == (1, {"bad": 1})
    again.add(Entry("t:3", "", "bad, got 3"))
    again.close()
    assert [row["source"] for row in pq.read_table(tmp_path / "q.parquet").to_pylist()] == ["t:1", "t:3"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["q.jsonl", "q.parquet"]  # `tidy` removes the first


def test_a_reason_says_what_to_do_where_all_its_items_say_the_same(tmp_path):
    quarantine = Quarantine(tmp_path / "q.parquet")
    for reason in (
        "path is an address, got 'https://x.org/a. B'. Fetch the pictures",
        "path is an address, got 'https://x.org/c'. Fetch the pictures",
        "class is unknown, got 'a'. Did you mean b",
        "class is unknown, got 'd'. Did you mean c",
        "text is long, got 'A. Bowl'",
    ):
        quarantine.add(Entry("t:1", "", reason))
    assert quarantine.top() == "2 x path is an address: fetch the pictures; 2 x class is unknown; 1 x text is long"
    assert quarantine.told(1) == {"path is an address: fetch the pictures": 2}
