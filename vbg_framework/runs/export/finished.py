"""The run that is exported: finished, with its weights, and what its files say of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import Plugins
from vbg_framework.config.registry import Resolved
from vbg_framework.data.preparation.cache import prepared_before
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.learning.prediction.saved import SavedModel, load, warn
from vbg_framework.runs.start import recorded


class FinishedRun:
    """A finished run and its model.

    Args:
        run: its folder.
        plugins: the installed plugins.
        tell: as of `SavedModel`.
        model: of the run, where it is loaded already.

    Attributes:
        name: of the experiment.
        config: `{name, experiment}`, complete.
        metrics, environment: the JSON files of that name.
        rounds: what was generated, one entry per round; empty without an augmenter.
        resolved: the experiment with its components.
        model: loaded, in evaluation mode.

    Raises:
        VBGError: it is not finished, its weights are gone, or a plugin or a file it needs is missing.
    """

    def __init__(
        self, run: RunFolder, plugins: Plugins, tell: Callable[[str], None] = warn, model: SavedModel | None = None
    ) -> None:
        if run.state != "finished":
            fix = f"Finish it with: vbg run {run.name} --resume"
            raise VBGError(run.name, f"only a finished run can be exported, got one that is {run.state}", fix)
        self.run, self.config = run, run.config()
        self.name: str = self.config["name"]
        self.resolved: Resolved = recorded(run, plugins)
        self.metrics, self.environment, self.rounds = run.metrics(), run.environment(), run.rounds()
        self.model: SavedModel = model or load(run, plugins, tell)

    @property
    def title(self) -> str:
        """`<experiment>-<id>`, good for the name of a folder."""
        return re.sub(r"[^\w.+-]+", "_", f"{self.name}-{self.run.path.name}")

    @cached_property
    def prepared(self) -> Prepared | None:
        """The data it was trained on, if this machine still has just that; told by the fingerprint of its content."""
        return prepared_before(self.model.about["data_fingerprint"])
