"""Tasks that a column could be: its classes, which of them can be learnt, and how good a task it would be."""

from __future__ import annotations

from typing import NamedTuple

from vbg_framework.data.profile.column_facts import ColumnFacts
from vbg_framework.data.profile.hints import LABEL, TOPIC, is_administrative, is_code, named

LEAST = 3
"""Records of a class that can be learnt and tested: one each to learn from, to choose by and to test with."""
MOST_CLASSES = 200
FEW = 0.02
"""Share of the cells that may hold a list, which is no class: so many rows may be lost."""
LONGEST = 80  # letters of the name of a class
TRUTHS = {"true", "false", "yes", "no", "0", "1", "y", "n", "ja", "nein"}


class Proposal(NamedTuple):
    """A column as a task.

    Args:
        column: its name.
        counts: class -> records, the most frequent first.
        score: how good a task it would be; only the order matters.
    """

    column: str
    counts: dict[str, int]
    score: float

    @property
    def rare(self) -> list[str]:
        """Classes of fewer than `LEAST` records."""
        return [name for name, count in self.counts.items() if count < LEAST]

    @property
    def reason(self) -> str:
        """Why, in words."""
        usual = len(self.counts) - len(self.rare)
        rare = f", {len(self.rare)} more are too rare to learn" if self.rare else ""
        return f"{usual} classes of {LEAST} records or more{rare}"


def proposal(facts: ColumnFacts, rows: int, *, strict: bool = True) -> Proposal | None:
    """The task a column could be; None if it is none.

    Args:
        facts: of the column.
        rows: of the table.
        strict: whether numbers, and words for yes and no, must be called like classes.
    """
    counts = dict(sorted(facts.values.items(), key=lambda pair: (-pair[1], pair[0])))
    usual = [count for count in counts.values() if count >= LEAST]
    learnt = sum(usual) / max(1, facts.filled)
    hint = 2.0 if named(facts.name, LABEL) else 1.0 if named(facts.name, TOPIC) else 0.0
    if (
        is_administrative(facts.name)
        or facts.many
        or len(usual) < 2
        or len(counts) > MOST_CLASSES
        or facts.nested
        or facts.share(facts.lists) > FEW
        or learnt < 0.5
    ):
        return None
    if max(map(len, counts)) > LONGEST or facts.mean_words > 6 or facts.share(facts.addresses) > 0.1:
        return None
    if strict and not hint and (facts.share(facts.numbers) > 0.5 or {value.lower() for value in counts} <= TRUTHS):
        return None
    score = hint + learnt + facts.filled / rows - 1.5 * counts[next(iter(counts))] / max(1, facts.filled)
    return Proposal(facts.name, counts, score - 0.7 * is_code(facts.name))
