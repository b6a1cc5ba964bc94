"""Training of the recommended experiment in a process of its own, which outlives the page and the server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Lock

from vbg_framework.base.run_folder import LOG, RunFolder, list_runs
from vbg_framework.base.safe_path import keep_working_folder_out
from vbg_framework.config.opened import open_registry
from vbg_framework.runs.start import start
from vbg_framework.ui.progress import Progress, progress

COMMAND = [sys.executable, "-P", "-m", "vbg_framework.worker"]


class Training:
    """The runs of one experiment. What is known of them is read from their folders.

    Args:
        experiment: its name in the registry.
        registry: the file.
        runs: folder of all runs.
    """

    def __init__(self, experiment: str, registry: Path, runs: Path) -> None:
        self.experiment, self.registry, self.root = experiment, registry, runs
        self._turn = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = ""

    def runs(self) -> list[Progress]:
        """The runs, the newest first; one that is loading its libraries counts as running."""
        known = [progress(run) for run in list_runs(self.root, self.experiment)[::-1]]
        return [each._replace(state="running") if self._is_starting(each) else each for each in known]

    def train(self) -> None:
        """Begin, or go on with what was interrupted; nothing, while a run is at work.

        Raises:
            VBGError: the experiment is not valid.
        """
        with self._turn:
            known = self.runs()
            if not any(each.state == "running" for each in known):
                self._launch(self._unfinished(known) or self._new())

    def _unfinished(self, known: list[Progress]) -> RunFolder | None:
        left = [each.name for each in known[:1] if each.state == "interrupted"]
        return next((run for run in list_runs(self.root, self.experiment) if run.name in left), None)

    def _new(self) -> RunFolder:
        registry, plugins = open_registry(self.registry)
        return start(registry.experiment(self.experiment, plugins), plugins, self.root)

    def _launch(self, run: RunFolder) -> None:
        keep_working_folder_out()
        with (run.path / LOG).open("ab") as log:
            self._process = subprocess.Popen(
                [*COMMAND, str(run.path.resolve())], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self._begun = run.name

    def _is_starting(self, run: Progress) -> bool:
        is_ours = self._process is not None and self._process.poll() is None
        return is_ours and run.name == self._begun and run.state == "interrupted"
