"""What all columns of a table hold, and where its header is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Rejected
from vbg_framework.data.profile.column_facts import ColumnFacts
from vbg_framework.data.readers.table import Cells, Table

MOST_ROWS = 200_000
"""Rows that are looked at; of a longer table the first."""
HEAD = 20  # lines among which the header is looked for


@dataclass(frozen=True)
class TableFacts:
    """A table that was looked through.

    Args:
        table: with the lines above the header left out.
        rows: with a value, as far as looked at.
        columns: by name; those without a name are left out.
        broken: rows that cannot be read, with an example of the reason.
        example: "" or that reason.
    """

    table: Table
    rows: int
    columns: dict[str, ColumnFacts]
    broken: int = 0
    example: str = ""


def table_facts(table: Table) -> TableFacts:
    """Look through a table.

    Raises:
        VBGError: it cannot be read, has no rows, or a column is there twice.
    """
    table = replace(table, skip=table.skip or lines_above(table))
    columns = {name: ColumnFacts(name) for name in table.columns() if name.strip()}
    rows, broken, example = 0, 0, ""
    for row in islice(table.rows([]), MOST_ROWS):
        if isinstance(row, Rejected):
            broken, example = broken + 1, example or f"{row.source}: {row.reason}"
        elif _add(columns, row[1]):
            rows += 1
    if not rows:
        raise VBGError(str(table.path), "holds no rows that can be read", example or "Add rows below the header.")
    if broken > rows:
        fix = "Give every row as many cells as the header, and name the `delimiter` or `encoding` if it was told wrong."
        raise VBGError(str(table.path), f"{broken:,} of {rows + broken:,} rows cannot be read, got {example}", fix)
    return TableFacts(table, rows, columns, broken, example)


def lines_above(table: Table) -> int:
    """Lines above the header: those before the first that names twice as many columns as the first of all, or more."""
    if not table.path.name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".ods")):
        return 0
    named = [_named(replace(table, skip=skip)) for skip in range(HEAD)]
    most = max(named)
    return named.index(most) if most >= 2 * max(1, named[0]) else 0


def _named(table: Table) -> int:
    try:
        return sum(bool(name.strip()) for name in table.columns())
    except VBGError:
        return 0


def _add(columns: dict[str, ColumnFacts], cells: Cells) -> bool:
    """Count a row; whether it held anything."""
    held: list[Any] = [cell for cell in cells.values() if cell is not None and cell != ""]
    for name, cell in cells.items():
        if name.strip():
            columns.setdefault(name, ColumnFacts(name)).add(cell)  # keys of JSON may come late
    return bool(held)
