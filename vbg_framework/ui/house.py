"""What can be opened while the workbench runs: the runs and studies of this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from vbg_framework.base.run_folder import RunFolder, list_runs
from vbg_framework.base.work_folder import WorkFolder
from vbg_framework.config.plugins import Plugins, load_plugins
from vbg_framework.study.folder import StudyFolder, list_studies
from vbg_framework.ui.workbench import Workbench, open_run

Folder = TypeVar("Folder", bound=WorkFolder)


@dataclass(frozen=True)
class House:
    """Where things lie.

    Args:
        runs: folder of all runs.
        studies: folder of all studies.
        plugins: makes the installed plugins.
        corrections: file of corrections; None = that of each data set.
    """

    runs: Path
    studies: Path
    plugins: Callable[[], Plugins] = field(default=load_plugins)
    corrections: Path | None = None

    def all_runs(self) -> list[RunFolder]:
        """The runs, the newest first."""
        return list_runs(self.runs)[::-1]

    def all_studies(self) -> list[StudyFolder]:
        """The studies, the newest first."""
        return list_studies(self.studies)[::-1]

    def run(self, name: str) -> RunFolder | None:
        """The run of this very name; the name leads to no other place."""
        return _named(self.all_runs(), name)

    def study(self, name: str) -> StudyFolder | None:
        """The study of this very name."""
        return _named(self.all_studies(), name)

    def open(self, run: RunFolder) -> Workbench:
        """The workbench of a run; errors as of `open_run`."""
        return open_run(run, self.plugins(), self.corrections)


def _named(folders: list[Folder], name: str) -> Folder | None:
    return next((each for each in folders if each.name == name), None)
