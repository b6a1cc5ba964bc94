"""The cells of a table beside its answers."""

import json

import pyarrow as pa
import pyarrow.parquet as pq

from vbg_framework.contracts.record import Rejected
from vbg_framework.data.readers.table import Table
from vbg_framework.data.writers.own_rows import OwnRows


def test_each_record_finds_its_row_and_names_do_not_clash(tmp_path):
    (tmp_path / "t.csv").write_text("nr,kind,\n1,bowl,\n2,broken\n3,jug,\n")
    table = Table(tmp_path / "t.csv")
    own = OwnRows(table, ["kind"])
    assert own.columns == {"nr": "nr", "kind (given)": "kind"}
    assert len([*table.rows(["nr"])]) == 3
    assert own.cells("elsewhere") == {"nr": None, "kind (given)": None}
    assert own.cells("t.csv:2") == {"nr": "1", "kind (given)": "bowl"}
    assert own.cells("t.csv:4") == {"nr": "3", "kind (given)": "jug"}
    assert own.cells("t.csv:2") == {"nr": None, "kind (given)": None}


def test_an_id_called_id_stands_there_once(tmp_path):
    (tmp_path / "t.csv").write_text("id,kind\n1,bowl\n")
    assert [*OwnRows(Table(tmp_path / "t.csv"), ["id"], "id").columns] == ["kind"]
    assert [*OwnRows(Table(tmp_path / "t.csv"), ["id"], "nr").columns] == ["id (given)", "kind"]


def test_values_inside_values_are_written_as_json(tmp_path):
    (tmp_path / "t.jsonl").write_text('{"a": {"b": [1]}, "c": 7.0}')
    table = Table(tmp_path / "t.jsonl")
    own = OwnRows(table, [])
    assert next(table.rows(["c"])) == ("t.jsonl:1", {"c": 7.0})
    assert own.cells("t.jsonl:1") == {"a": json.dumps({"b": [1]}), "c": "7"}


def test_without_a_table_there_are_no_cells():
    assert OwnRows(None, []).cells("a.png") == {}


def test_what_is_no_text_and_what_no_model_could_read_still_stands_beside_the_answer(tmp_path):
    (tmp_path / "t.csv").write_bytes("id,note\n1,é\n2,é\n3,".encode() + b"\xe9\n")
    pq.write_table(pa.table({"id": ["1", "2"], "note": [float("inf"), 2.0], "x": ["a", "b"]}), tmp_path / "t.parquet")
    (tmp_path / "t.jsonl").write_text('{"id": "1", "note": 1e999, "x": "a"}\n{"id": "2", "note": "b", "x": "b"}')
    assert beside(tmp_path / "t.csv", "note") == ["é", "é", "\\udce9"]
    assert beside(tmp_path / "t.parquet", "x") == ["a", "b"]
    assert beside(tmp_path / "t.jsonl", "x") == ["a", "b"]


def test_a_table_is_read_once(tmp_path):
    (tmp_path / "t.csv").write_text("id,note,x\n" + "1,a,b\n" * 1000)
    table = Table(tmp_path / "t.csv")
    own = OwnRows(table, [], "id")
    for source, _ in table.rows(["note"]):
        (tmp_path / "t.csv").unlink(missing_ok=True)
        assert own.cells(source) == {"note": "a", "x": "b"}


def beside(path, column):
    """The cells beside the rows of a table of which `note` is read."""
    table = Table(path)
    own = OwnRows(table, [], "id")
    places = [row.source if isinstance(row, Rejected) else row[0] for row in table.rows(["note"])]
    return [own.cells(place)[column] for place in places]
