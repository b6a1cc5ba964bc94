"""Tables with hostile cells, headers, quotes and bytes; every row must be named."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from faults.harness import Input
from faults.strings import damaged, hostile

REGISTRY = """version: 1
datasets:
  d: {{type: table, path: {path}, id: id, text: [title], metadata: [year], targets: {{kind: kind}}{more}}}
"""
MORE = (
    *("", "", "", ", group: title", ", split: year", ", licence: title", ", image: title", ", decimal: ','"),
    *(", images: kind, image: '{id}.png'", ", encoding: utf-16", ", text: {t: {column: title, separator: ' '}}"),
    ", group: kind, split: title, licence: year",
)
"""Other options of the data set; a key given twice is a mistake that must be told."""
TOLD = re.compile(r"^d: (\d+) records, (\d+) quarantined", re.MULTILINE)
ROWS = 6


def table(random: Random, folder: Path) -> Input:
    """A table of any kind, read by `data prepare`, `data check` or `data show`."""
    rows = [_row(number, random) for number in range(ROWS)]
    make = random.choice([_csv, _jsonl, _json, _parquet, _workbook, _damaged, _bytes])
    path, named = make(rows, random, folder)
    more = random.choice(MORE)
    (folder / "registry.yaml").write_text(REGISTRY.format(path=path.name, more=more))
    command = random.choice(["prepare", "prepare", "check", "show"])
    check = all_named if named and command == "prepare" and "image" not in more else lambda said: ""
    return Input(f"table {path.suffix}", ["data", command, "d", "--accept-loss"], ROWS, check)


def all_named(said: str) -> str:
    """What is wrong if not every row is a record or in quarantine."""
    found = TOLD.search(said)
    if not found:
        return "does not say what became of the rows"
    count = int(found[1]) + int(found[2])
    return "" if count == ROWS else f"{count} of {ROWS} rows are named"


def _row(number: int, random: Random) -> dict[str, str]:
    row = {"id": str(number), "title": f"Bowl {number}", "year": "1900", "kind": "ab"[number % 2]}
    if number > 1 and random.random() < 0.7:
        row[random.choice(list(row))] = hostile(random)
    return row


def _csv(rows: list[dict], random: Random, folder: Path) -> tuple[Path, bool]:
    out = io.StringIO()
    writer = csv.DictWriter(out, [*rows[0]], quoting=random.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    writer.writeheader()
    writer.writerows(rows)
    data = out.getvalue().encode("utf-8", "surrogatepass")
    path = folder / random.choice(["t.csv", "t.csv.gz", "t.txt"])
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path, "\n|" not in str(rows)  # a cell of lines that could be rows is told in another way


def _jsonl(rows: list[dict], random: Random, folder: Path) -> tuple[Path, bool]:
    path = folder / "t.jsonl"
    path.write_text("".join(json.dumps(_typed(row, random)) + "\n" for row in rows))
    return path, True


def _json(rows: list[dict], random: Random, folder: Path) -> tuple[Path, bool]:
    path = folder / "t.json"
    path.write_text(json.dumps([_typed(row, random) for row in rows], indent=random.choice([None, 1])))
    return path, True


def _typed(row: dict, random: Random) -> dict:
    """A row with a cell of another type."""
    odd = [None, [], {}, [1, [2]], {"a": {"b": 1}}, True, 1e308, 10**30, -0.0, [{"a": 1}], "\ud800"]
    return row if random.random() < 0.5 else {**row, random.choice(list(row)): random.choice(odd)}


def _parquet(rows: list[dict], random: Random, folder: Path) -> tuple[Path, bool]:
    columns = {name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]}
    odd = [
        pa.array([b"\xff\xfe"] * ROWS),
        pa.array([[1, 2]] * ROWS),
        pa.array([{"a": 1}] * ROWS),
        pa.array([2**52] * ROWS, pa.timestamp("s")),
        pa.array([float("inf")] * ROWS),
        pa.array([None] * ROWS),
        pa.array(["a" * 150_000] * ROWS).dictionary_encode(),
        pa.array([2**62] * ROWS, pa.duration("s")),
        pa.array([-(2**30)] * ROWS, pa.date32()),
        pa.Array.from_buffers(pa.string(), ROWS, [None, *pa.array([b"\xff"] * ROWS).buffers()[1:]]),
    ]
    if random.random() < 0.7:
        columns[random.choice(list(columns))] = random.choice(odd)
    pq.write_table(pa.table(columns), folder / "t.parquet")
    return folder / "t.parquet", True


def _workbook(rows: list[dict], random: Random, folder: Path) -> tuple[Path, bool]:
    """A sheet of text, numbers, formulas, dates, errors and joined cells."""
    path = folder / "t.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_urls": False, "nan_inf_to_errors": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [*rows[0]])
        for place, row in enumerate(rows, 1):
            for column, value in enumerate(row.values()):
                sheet.write_string(place, column, value[:32_000])
        odd = [1e308, float("nan"), True, "=1/0", "=HYPERLINK(1)", -1, ""]
        sheet.write(random.randrange(3, ROWS), random.randrange(4), random.choice(odd))
        if random.random() < 0.3:
            sheet.merge_range(4, 1, 5, 2, "joined")
    return path, False  # joined cells make empty ones


def _damaged(rows: list[dict], random: Random, folder: Path) -> tuple[Path, bool]:
    path, _ = random.choice([_csv, _jsonl, _json, _parquet, _workbook])(rows, random, folder)
    path.write_bytes(damaged(path.read_bytes(), random))
    return path, False


def _bytes(rows: list[dict], random: Random, folder: Path) -> tuple[Path, bool]:
    """Random bytes under the name of a table, an empty file, a folder, a link to itself."""
    path = folder / f"t{random.choice(['.csv', '.jsonl', '.json', '.parquet', '.xlsx', '.ods', '.xls', '.csv.gz'])}"
    how = random.randrange(5)
    if how == 0:
        path.symlink_to(path)
    elif how == 1:
        path.mkdir()
    else:
        path.write_bytes(bytes(random.randrange(256) for _ in range(random.choice([0, 1, 300]))))
    return path, False
