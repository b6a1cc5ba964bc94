"""The model of a run together with the records of the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import Plugins
from vbg_framework.learning.prediction.saved import Given, SavedModel, warn

if TYPE_CHECKING:
    from vbg_framework.runs.evidence.material import Evidence
    from vbg_framework.runs.evidence.similar import Neighbour


class RunModel(SavedModel):
    """A trained model that also finds records of its run: what `vbg_framework.load` gives.

    Args:
        run: a finished run.
        plugins: as of `SavedModel`.
        tell: as of `SavedModel`.

    Raises:
        VBGError: see `SavedModel`.
    """

    def __init__(self, run: RunFolder, plugins: Plugins, tell: Callable[[str], None] = warn) -> None:
        super().__init__(run.path / "model", plugins, tell)
        self._run, self._plugins = run, plugins

    def similar(self, record: Given | str, *, by: Sequence[str] = (), count: int = 10) -> list[Neighbour]:
        """The records of the run most like one record, the most similar first: docs/evidence.md.

        There is no search from texts to pictures: a text finds records by their texts, a picture by their pictures.

        Args:
            record: as `predict` takes it, or the id of a record of the run, whose own object is left out.
            by: inputs that count; empty = all that the record has.
            count: most records; of several views of one object the nearest alone is among them.

        Returns:
            `id`, `part` of the split, `similarity` (cosine, -1..1) and `labels` (task -> class) of each.

        Raises:
            VBGError: the data of the run is not on this machine, it has no such record or input, or nothing of the
                record can be read.
        """
        from vbg_framework.runs.evidence.similar import asked, similar

        query, own = asked(self._evidence, record)
        return similar(self._evidence, query, by=by, count=count, without=own)

    @cached_property
    def _evidence(self) -> Evidence:
        from vbg_framework.runs.evidence.material import Evidence
        from vbg_framework.runs.export.finished import FinishedRun
        from vbg_framework.screen import Screen

        return Evidence(FinishedRun(self._run, self._plugins, model=self), Screen())
