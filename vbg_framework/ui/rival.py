"""Another run beside the one that is open: what either answered to the test records of both. n records."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.study.comparison.rivals import Rivalry, rivalries
from vbg_framework.ui.answers import TEST, answers_of
from vbg_framework.ui.collection import PARTS, Collection

CHANGES = {
    "compared": "answered by both",
    "changed": "answered otherwise",
    "gained": "gained: right now, wrong there",
    "lost": "lost: wrong now, right there",
}


class Rival:
    """A finished run whose answers stand beside those of the run that is open.

    Args:
        collection: with the answers of the run that is open.
        run: that one.
        other: the one beside it.

    Attributes:
        name: of the one beside it.
        labels: task -> `Labels` with its answers to its test records.

    Raises:
        VBGError: its answers are missing, or of classes that the open run does not know.
    """

    def __init__(self, collection: Collection, run: RunFolder, other: RunFolder) -> None:
        self._collection, self._run, self._other = collection, run, other
        self.name, self.labels = other.name, answers_of(collection, other, [TEST])

    @cached_property
    def results(self) -> list[Rivalry]:
        """Both runs task by task, with the interval of the difference; errors as of `rivalries`."""
        return rivalries(self._other, self._run)

    def chosen(self, task: str, change: str) -> np.ndarray:
        """(n,) which labelled test records of both runs changed so.

        Args:
            task: whose answers.
            change: a key of `CHANGES`.
        """
        now, there = self._collection.labels[task], self.labels.get(task)
        if there is None:
            return np.zeros(len(self._collection), bool)
        tested = (self._collection.parts == PARTS.index("test")) & (now.answered >= 0) & (there.answered >= 0)
        found = {
            "compared": np.True_, "changed": abs(now.predicted - there.predicted).sum(1) > 0,
            "gained": there.wrong & ~now.wrong, "lost": now.wrong & ~there.wrong,
        }  # fmt: skip
        return np.asarray(tested & now.labelled & found[change])

    def counts(self, task: str) -> dict[str, int]:
        """Key of `CHANGES` -> how many records changed so."""
        return {change: int(self.chosen(task, change).sum()) for change in CHANGES}
