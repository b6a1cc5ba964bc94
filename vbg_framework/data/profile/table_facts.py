"""What all columns of a table hold, and where its header is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Rejected
from vbg_framework.data.catalogue.spelling import normal
from vbg_framework.data.profile.column_facts import ColumnFacts
from vbg_framework.data.readers.nested import inside, paths
from vbg_framework.data.readers.table import Cells, Table

MOST_ROWS = 200_000
"""Rows that are looked at; of a longer table the first."""
HEAD = 50  # lines among which the header is looked for
SHOWN = 60  # letters of a name
LEAST = 3  # objects in one that is no record


@dataclass(frozen=True)
class TableFacts:
    """A table that was looked through.

    Args:
        table: with the lines above the header left out.
        rows: with a value, as far as looked at.
        columns: by name; those without a name, and of those that share one, are left out.
        broken: rows that cannot be read, with an example of the reason.
        example: "" or that reason.
        twice: names that several columns have.
    """

    table: Table
    rows: int
    columns: dict[str, ColumnFacts]
    broken: int = 0
    example: str = ""
    twice: tuple[str, ...] = ()


def table_facts(table: Table) -> TableFacts:
    """Look through a table.

    Raises:
        VBGError: it cannot be read, or has no rows, only one column, or no header.
    """
    table = replace(table, skip=table.skip or lines_above(table))
    names = [name for name in table.columns() if name.strip()]
    twice = tuple(dict.fromkeys(name for name in names if names.count(name) > 1))
    columns = {name: ColumnFacts(name) for name in names if name not in twice}
    rows, broken, example = 0, 0, ""
    for row in islice(table.rows([]), MOST_ROWS):
        if isinstance(row, Rejected):
            broken, example = broken + 1, example or f"{row.source}: {row.reason}"
        elif _add(columns, row[1], twice):
            rows += 1
    if len(columns) == 1 and not twice:
        fix = "Separate its cells with commas, semicolons, tabs or bars, or add a column with the classes."
        raise VBGError(str(table.path), f"has one column only, got {next(iter(columns))[:SHOWN]!r}", fix)
    if not rows:
        raise VBGError(str(table.path), "holds no rows that can be read", example or "Add rows below the header.")
    if broken > rows:
        fix = "Give every row as many cells as the header, and name the `delimiter` or `encoding` if it was told wrong."
        raise VBGError(str(table.path), f"{broken:,} of {rows + broken:,} rows cannot be read, got {example}", fix)
    _check_header(table, columns)
    _check_list(table, columns, rows)
    return TableFacts(table, rows, columns, broken, example, twice)


def _check_header(table: Table, columns: dict[str, ColumnFacts]) -> None:
    """Raise VBGError where the names of columns are values of theirs: then they are the first row."""
    results = [name for name, facts in columns.items() if facts.values[normal(name)] > 1]
    if results and len(results) >= min(2, len(columns) - 1):
        message = f"seems to have no header: {results[0]!r} stands in its first row and in others of the same column"
        raise VBGError(str(table.path), message, "Put a line with the names of the columns above it.")


def _check_list(table: Table, columns: dict[str, ColumnFacts], rows: int) -> None:
    """Raise VBGError for a JSON object that holds its records by their ids."""
    inner = [name for name, facts in columns.items() if facts.nested]
    if rows == 1 and len(inner) >= LEAST:
        message = f"is one object that holds {len(inner):,} others, such as {inner[0][:SHOWN]!r}, and no list of them"
        raise VBGError(str(table.path), message, 'Write it as a list: [{"id": KEY, ...}, ...].')


def lines_above(table: Table) -> int:
    """Lines above the header: those before the first that names twice as many columns as the first of all, or more.

    A first line in which names stand several times, as over groups of columns, is above one in which none does.
    """
    if not table.path.name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".ods")):
        return 0
    names = [_names(replace(table, skip=skip)) for skip in range(HEAD)]
    counts = [*map(len, names)]
    most = max(counts)
    if most >= 2 * max(1, counts[0]):
        return counts.index(most)
    groups = 2 * len({*names[0]}) <= counts[0] or any(names[0].count(name) > 2 for name in names[0])
    return 1 if groups and counts[1] >= counts[0] and len({*names[1]}) == counts[1] else 0


def _names(table: Table) -> list[str]:
    try:
        return [name for name in table.columns() if name.strip()]
    except VBGError:
        return []


def _add(columns: dict[str, ColumnFacts], cells: Cells, twice: tuple[str, ...]) -> bool:
    """Count a row; whether it held anything."""
    held: list[Any] = [cell for cell in cells.values() if cell is not None and cell != ""]
    inner = {path: inside(cells, path) for path in paths(cells)}
    for name, cell in (cells | inner).items():
        if name.strip() and name not in twice:
            columns.setdefault(name, ColumnFacts(name)).add(cell)  # keys of JSON may come late
    return bool(held)
