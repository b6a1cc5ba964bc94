"""Test records whose inputs, each alone, lead a model to different classes. n records."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vbg_framework.learning.explanation.warning import differ
from vbg_framework.runs.evidence.alone import Said


class Disagreement:
    """What a model says of records that have one of their inputs alone.

    Args:
        said: place of a record -> task -> input -> classes.
        count: n.
    """

    def __init__(self, said: Mapping[int, Said], count: int) -> None:
        self._said, self._count = said, count
        self._apart: dict[str, np.ndarray] = {}

    def of(self, task: str) -> np.ndarray:
        """(n,) whether two inputs of a record lead to different classes; False where nobody was asked."""
        if task not in self._apart:
            apart = [place for place, each in self._said.items() if differ(each[task])]
            self._apart[task] = np.isin(np.arange(self._count), apart)
        return self._apart[task]

    def said(self, task: str, place: int) -> Mapping[str, list[str]]:
        """Input -> classes of one record; nothing where nobody was asked."""
        known = self._said.get(place)
        return known[task] if known else {}
