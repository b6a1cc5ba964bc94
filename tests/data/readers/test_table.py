"""Rows of CSV, JSON Lines and Parquet files."""

import contextlib
import gzip
import json
import os
import shutil

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Rejected
from vbg_framework.data.readers.table import Table

GOOD = {"id": "1", "title": "Bowl"}


def read(path, columns=("id", "title")):
    table = Table(path)
    table.columns()
    return list(table.rows(columns))


def parquet(path, rows):
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def test_a_row_comes_with_the_place_it_stands_at(tmp_path):
    (tmp_path / "t.csv").write_text('id,title\n1,Bowl\n2,"A\nvase"\n3,Cup\n')
    found = read(tmp_path / "t.csv")
    assert found[0] == ("t.csv:2", GOOD)
    assert found[1] == ("t.csv:3", {"id": "2", "title": "A\nvase"})
    assert found[2][0] == "t.csv:5"
    (tmp_path / "t.jsonl").write_text('{"id": "1", "title": "Bowl"}\n')
    assert read(tmp_path / "t.jsonl") == [("t.jsonl:1", GOOD)]
    assert read(parquet(tmp_path / "t.parquet", [GOOD])) == [("t.parquet:1", GOOD)]


def test_columns_are_named_without_reading_the_rows(tmp_path):
    (tmp_path / "t.csv").write_text("id,title,id\n")
    assert Table(tmp_path / "t.csv").columns() == ["id", "title", "id"]
    (tmp_path / "t.jsonl").write_text('{"id": 1}\nnonsense\n{"title": 2, "id": 3}\n')
    assert Table(tmp_path / "t.jsonl").columns() == ["id", "title"]
    assert Table(parquet(tmp_path / "t.parquet", [GOOD])).columns() == ["id", "title"]


def test_only_the_wanted_columns_of_a_parquet_file_are_read(tmp_path):
    assert read(parquet(tmp_path / "t.parquet", [GOOD]), ["title"]) == [("t.parquet:1", {"title": "Bowl"})]


def test_broken_rows_of_a_csv_file_are_put_aside(tmp_path):
    lines = ["id,title", "1,Bowl", "2,too,many", "3", "", '4,"quoted ""word"""']
    (tmp_path / "t.csv").write_text("\n".join(lines))
    found = read(tmp_path / "t.csv")
    assert isinstance(found[1], Rejected)
    assert found[1].source == "t.csv:3"
    assert found[1].reason.startswith("row does not have as many cells as the header, got 3, not 2. Quote cells")
    assert found[2].source == "t.csv:4"
    assert found[3] == ("t.csv:6", {"id": "4", "title": 'quoted "word"'})
    assert len(found) == 4


def test_a_quote_that_is_never_closed_does_not_end_the_reading(tmp_path):
    filler = "".join(f"{i},{'x' * 80}\n" for i in range(4000))
    (tmp_path / "t.csv").write_text('id,title\na,"open\n' + filler)
    found = read(tmp_path / "t.csv")
    assert isinstance(found[0], Rejected)
    assert found[0].source == "t.csv:2"
    assert found[-1][1]["id"] == "3999"


def test_broken_lines_of_json_are_put_aside(tmp_path):
    good = b'{"id": "1", "title": "Bowl"}'
    bad = [b'{"id": "2", "ti', b"[1, 2]", b"\xff\xfe", b"[" * 100_000, b'{"id": ' + b"9" * 5000 + b"}", b"null"]
    (tmp_path / "t.jsonl").write_bytes(b"\n".join([good, b"", *bad, good]))
    found = read(tmp_path / "t.jsonl")
    assert [isinstance(item, Rejected) for item in found] == [False, *[True] * len(bad), False]
    assert found[1].source == "t.jsonl:3"
    assert found[2].reason == "line is not a JSON object, got list"


def test_large_parquet_files_are_numbered_through(tmp_path):
    rows = [{"id": str(i), "title": "x"} for i in range(2500)]
    found = read(parquet(tmp_path / "t.parquet", rows))
    assert [place for place, _ in found] == [f"t.parquet:{i + 1}" for i in range(2500)]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("t.csv", b"", "is empty"),
        ("t.csv", b"\n\n", "is empty"),
        ("t.csv", b"x" * 200_000, "has no header that can be read"),
        ("t.parquet", b"", "cannot be read as Parquet"),
        ("t.parquet", b"PAR1 not really PAR1", "cannot be read as Parquet"),
        ("t.xlsx", b"PK", "cannot be read as a spreadsheet"),
        ("t.xlsb", b"PK", r"unknown kind of table, got '\.xlsb'\. Known: \.csv"),
    ],
)
def test_a_file_that_is_no_table_is_an_error(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(VBGError, match=reason):
        read(tmp_path / name)


def test_a_truncated_parquet_file_is_an_error(tmp_path):
    rows = [{"id": str(i), "title": os.urandom(50).hex()} for i in range(5000)]
    content = parquet(tmp_path / "t.parquet", rows).read_bytes()
    damaged = content[:5000] + b"\0" * 20_000 + content[25_000:]
    for broken in (content[: len(content) // 2], damaged):
        (tmp_path / "t.parquet").write_bytes(broken)
        with pytest.raises(VBGError, match="cannot be read as Parquet"):
            read(tmp_path / "t.parquet")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["csv", "jsonl", "parquet"]))
def test_arbitrary_bytes_never_raise_anything_but_a_clear_error(tmp_path_factory, content, kind):
    path = tmp_path_factory.mktemp("bytes") / f"t.{kind}"
    path.write_bytes(b"id,title\n" + content if kind == "csv" else content)
    with contextlib.suppress(VBGError):
        assert all((item.source if isinstance(item, Rejected) else item[0]).startswith("t.") for item in read(path))
    shutil.rmtree(path.parent)


def spelt(tmp_path, kind, *names):
    """A table with one row, whose columns are spelt like this; every cell holds its number."""
    row = {name: str(number) for number, name in enumerate(names)}
    path = tmp_path / f"t.{kind}"
    if kind == "parquet":
        return parquet(path, [row])
    path.write_text(json.dumps(row) + "\n" if kind == "jsonl" else f"{','.join(row)}\n{','.join(row.values())}\n")
    return path


KINDS = pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])


@KINDS
def test_columns_are_found_whatever_their_spelling(tmp_path, kind):
    table = Table(spelt(tmp_path, kind, "Stu\u0308ck", " Inventory  No ", "KIND", "kind"))
    wanted = ["Stück", "inventory no", "kind"]
    assert list(table.find(wanted).values()) == ["Stu\u0308ck", " Inventory  No ", "kind"]
    ((_, cells),) = table.rows(wanted)
    assert cells == {"Stück": "0", "inventory no": "1", "kind": "3"}


@KINDS
def test_a_name_that_may_mean_several_columns_is_an_error(tmp_path, kind):
    with pytest.raises(VBGError, match=r"column 'id' may be any of 'ID', 'Id'\. Name one of them as it is written"):
        Table(spelt(tmp_path, kind, "ID", "Id")).find(["id"])


@KINDS
def test_columns_that_need_not_be_there_are_left_out(tmp_path, kind):
    table = Table(spelt(tmp_path, kind, "id", "title"))
    assert table.find(["title", "kind"], required=False) == {"title": "title"}
    with pytest.raises(VBGError, match=r"no column 'kind'\. .*Known: id, title"):
        table.find(["title", "kind"])


@KINDS
def test_columns_may_be_wanted_under_another_name(tmp_path, kind):
    path = spelt(tmp_path, kind, "id", "Titel", "title")
    table = Table(path, renamed={"titel": "title", "TITLE": "note"})
    assert table.find(["id", "title", "note"]) == {"id": "id", "title": "Titel", "note": "title"}
    ((_, cells),) = table.rows(["title", "note"])
    assert cells == {"title": "1", "note": "2"}
    with pytest.raises(VBGError, match="no column 'titles'. Did you mean 'title'"):
        Table(path, renamed={"titles": "title"}).find(["id"], required=False)


@KINDS
def test_a_column_that_is_wanted_under_another_name_is_not_found_under_its_own(tmp_path, kind):
    table = Table(spelt(tmp_path, kind, "a", "b"), renamed={"a": "b", "b": "c"})
    assert table.find(["a", "b", "c"], required=False) == {"b": "a", "c": "b"}


def test_all_cells_come_if_no_column_is_named(tmp_path):
    ((_, cells),) = Table(spelt(tmp_path, "csv", "a", "b")).rows([])
    assert cells == {"a": "0", "b": "1"}


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_packed_tables_are_read(tmp_path, kind):
    path = tmp_path / f"t.{kind}.gz"
    path.write_bytes(gzip.compress(spelt(tmp_path, kind, "id", "title").read_bytes()))
    assert read(path)[0][1] == {"id": "0", "title": "1"}
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(VBGError, match="cannot be decompressed"):
        read(path)


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("t.csv", "Export\nid,title\n1,a\n", r"no column 'id'\. Line 1 was read as the header: 'Export'\. .* line 2"),
        ("t.numbers", "PK", r"unknown kind of table, got '\.numbers'\. Known: .* Export it as \.xlsx or CSV"),
    ],
)
def test_what_to_do_is_said(tmp_path, name, content, advice):
    (tmp_path / name).write_text(content)
    with pytest.raises(VBGError, match=advice):
        Table(tmp_path / name).find(["id", "title"])


def real(shared):
    data = shared / "data"
    return [*sorted((data / "museum-tables").glob("*.csv")), *sorted(data.glob("*/metadata.csv"))]


def test_real_museum_tables_give_the_rows_that_pandas_reads(shared):
    assert len(real(shared)) >= 6
    for path in real(shared):
        found = list(Table(path).rows([]))
        assert [row[1] for row in found] == pd.read_csv(path, dtype=str, keep_default_na=False).to_dict("records")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16", "utf-16-le"])
def test_whatever_a_spreadsheet_saves_as_text_gives_the_same_rows(tmp_path, sign, encoding):
    lines = ["id|title|kind", *(f'{n}|"Schüssel, bemalt; no. {n}, Öl"|Schüssel' for n in range(9))]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines).replace("|", sign), encoding=encoding)
    expected = [{"id": str(n), "title": f"Schüssel, bemalt; no. {n}, Öl", "kind": "Schüssel"} for n in range(9)]
    assert [cells for _, cells in Table(path).rows(["id", "title", "kind"])] == expected
    assert bool(Table(path).manner()) == (sign != "," or not encoding.startswith("utf-8"))


def test_how_a_file_is_read_is_said_only_where_nobody_said_it(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id;title\n1;Krüge\n", encoding="cp1252")
    assert Table(path).manner().startswith("t.csv is read as Windows-1252, cells separated by semicolons; ")
    assert Table(path, ";", encoding="cp1252").manner() == ""
