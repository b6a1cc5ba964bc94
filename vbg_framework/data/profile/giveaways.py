"""Columns that give a label away: they name the class, or say the same in other words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from vbg_framework.contracts.record import Rejected
from vbg_framework.data.catalogue.text import label_words
from vbg_framework.data.profile.column_facts import text_of
from vbg_framework.data.profile.proposal import Proposal
from vbg_framework.data.profile.table_facts import MOST_ROWS
from vbg_framework.data.readers.table import Table

MASKED = 0.05
"""Share of rows whose text names its own class from which classes are masked."""
DROPPED = 0.8
"""The same share from which a column of few words is left out."""
SAME = 0.98
"""Share of rows in which one column follows from the other that makes it the same in other words."""
FEW_WORDS = 4


@dataclass
class Giveaway:
    """How much one column says about the label.

    Args:
        column: its name.

    Attributes:
        rows: with both.
        named: with a text that names the row's own class.
        words: of all texts.
        pairs: (value, label) -> rows.
    """

    column: str
    rows: int = 0
    named: int = 0
    words: int = 0
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def verdict(self) -> tuple[str, str]:
        """(`left out`, `masked` or "", why in words)."""
        share = self.named / max(1, self.rows)
        if self.rows and self._follows(0) >= SAME and self._follows(1) >= 0.9 and len(self.pairs) < self.rows / 3:
            return "left out", "says the same as the label"
        if share >= DROPPED and self.words / self.rows <= FEW_WORDS:
            return "left out", f"names the class in {share:.0%} of the rows"
        return ("masked", f"names the class in {share:.0%} of the rows") if share >= MASKED else ("", "")

    def _follows(self, side: int) -> float:
        """Share of the rows whose label (value) is the usual one of their value (label)."""
        most: dict[str, int] = {}
        for pair, count in self.pairs.items():
            most[pair[side]] = max(count, most.get(pair[side], 0))
        return sum(most.values()) / self.rows


def giveaways(table: Table, task: Proposal, columns: Sequence[str]) -> dict[str, Giveaway]:
    """Column -> what it says about the label of a task, from all rows that have one."""
    patterns = {name: label_words([name], {}) for name in task.counts}
    results = {column: Giveaway(column) for column in columns}
    for row in islice(table.rows([]), MOST_ROWS):
        if isinstance(row, Rejected) or not (label := text_of(row[1].get(task.column))):
            continue
        for column, giveaway in results.items():
            _count(giveaway, text_of(row[1].get(column)), label, patterns.get(label))
    return results


def _count(giveaway: Giveaway, text: str | None, label: str, pattern: Any) -> None:
    if not text:
        return
    giveaway.rows += 1
    giveaway.words += len(text.split())
    giveaway.named += bool(pattern and pattern.search(text))
    giveaway.pairs[text[:100], label] += 1
