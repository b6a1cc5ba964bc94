"""Which sheet of a spreadsheet holds the objects."""

from __future__ import annotations

from dataclasses import replace

from vbg_framework.base.errors import VBGError
from vbg_framework.data.profile.roles import Roles, guess_roles
from vbg_framework.data.profile.table_facts import TableFacts, table_facts
from vbg_framework.data.readers.table import Table


def best_sheet(table: Table, target: str = "") -> tuple[TableFacts, Roles]:
    """What a table holds; of a spreadsheet the first sheet in which classes can be learnt, the largest sheets first.

    Args:
        table: whose sheet, if it has several, is not said.
        target: the column to learn; "" = the best one.

    Raises:
        VBGError: none can be learnt from; says what is wrong with the largest.
    """
    first: VBGError | None = None
    sheets = table.sheets()
    for sheet in sheets if len(sheets) > 1 else [table.sheet]:
        try:
            facts = table_facts(replace(table, sheet=sheet))
            return facts, guess_roles(facts, target)
        except VBGError as error:
            first = first or error
    assert first is not None
    raise first
