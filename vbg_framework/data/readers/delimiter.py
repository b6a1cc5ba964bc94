"""Detects the delimiter of a text table from its header and first rows."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence

SIGNS = (",", ";", "\t", "|")
NAMES = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}


def told_delimiter(lines: Sequence[str], usual: str) -> str:
    """The sign that divides the header and most rows into the same number of cells, at least two.

    Args:
        lines: the first physical lines, the header among them.
        usual: taken where several signs fit equally well, and where none does.
    """
    scores = {sign: _score(lines, sign) for sign in dict.fromkeys([usual, *SIGNS])}
    best = max(scores, key=lambda sign: scores[sign])  # of equals the first
    return best if scores[best] > scores[usual] else usual


def _score(lines: Sequence[str], sign: str) -> float:
    """Share of the rows that have as many cells as most of them, and one more if the header has, too."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=sign, skipinitialspace=True) if any(row)]
    except csv.Error:
        return 0
    sizes = Counter(len(row) for row in rows if len(row) > 1)
    if not sizes:
        return 0
    width, count = max(sizes.items(), key=lambda pair: (pair[1], pair[0]))
    return count / len(rows) + (len(rows[0]) >= width)
