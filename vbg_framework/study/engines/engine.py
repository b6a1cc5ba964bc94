"""Where the runs of a study are executed: here, or in processes of this machine."""

from __future__ import annotations

from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, Protocol

from vbg_framework.base.errors import Interrupted, VBGError
from vbg_framework.base.processes import end_processes, process_pool
from vbg_framework.config.plugins import Plugins
from vbg_framework.screen import Screen
from vbg_framework.study.folder import StudyFolder
from vbg_framework.study.plan import Trial


class Lost(Exception):
    """A worker died; the run can be given to another one."""


class Engine(Protocol):
    """Executes runs.

    Attributes:
        slots: how many it takes at a time.
    """

    slots: int

    def submit(self, folder: StudyFolder, trial: Trial) -> Future[str | None]:
        """Begin a run. The future gives None or what went wrong, or raises `Lost`."""

    def check(self) -> None:
        """Do nothing while somebody is there to finish what runs.

        Raises:
            VBGError: nobody is.
        """

    def close(self) -> None:
        """Let go of everything."""


class Here:
    """Executes runs one after the other in this process, with their own progress on the screen."""

    slots = 1

    def __init__(self, plugins: Plugins, screen: Screen) -> None:
        self.plugins, self.screen = plugins, screen

    def submit(self, folder: StudyFolder, trial: Trial) -> Future[str | None]:
        """Execute a run; it is finished when this returns."""
        future: Future[str | None] = Future()
        future.set_result(attempt(folder, trial, self.plugins, self.screen))
        return future

    def check(self) -> None:
        """This process is alive."""

    def close(self) -> None:
        """Nothing is held."""


class Processes:
    """Executes runs in processes that divide the cores among them. A process that dies is replaced.

    Args:
        jobs: number of processes.
        block: names of plugins not to import.
    """

    def __init__(self, jobs: int, block: list[str]) -> None:
        self.slots, self.block = jobs, block
        self._pool = process_pool(jobs, "--jobs")

    def submit(self, folder: StudyFolder, trial: Trial) -> Future[str | None]:
        """Begin a run in one of the processes."""
        outside: Future[str | None] = Future()
        try:
            inside = self._pool.submit(work, folder.path, trial, self.block)
        except BrokenProcessPool:
            self._pool = process_pool(self.slots, "--jobs")
            inside = self._pool.submit(work, folder.path, trial, self.block)
        inside.add_done_callback(lambda done: _pass_on(done, outside))
        return outside

    def check(self) -> None:
        """The end of a process is heard of at once."""

    def close(self) -> None:
        """End the processes; an unfinished run goes on from its checkpoint when the study is resumed."""
        end_processes(self._pool)


def attempt(folder: StudyFolder, trial: Trial, plugins: Plugins, screen: Screen) -> str | None:
    """Execute a run and return what went wrong, if anything did.

    Raises:
        Interrupted: by the user.
    """
    from vbg_framework.study.engines.perform import perform  # only where runs are executed: it imports torch

    try:
        perform(folder, trial, plugins, screen)
    except Interrupted as error:
        fix = f"What was written is kept; go on with: vbg compare {folder.plan().study} --resume"
        raise Interrupted(str(trial), error.what, fix) from None
    except VBGError as error:
        return str(error)
    return None


def work(path: Path, trial: Trial, block: list[str]) -> str | None:
    """What a worker does for one run: see `attempt`."""
    from vbg_framework.config.plugins import keep_blocked, load_plugins

    keep_blocked(block)
    return attempt(StudyFolder(path), trial, load_plugins(block), Screen())


def _pass_on(done: Future[Any], outside: Future[Any]) -> None:
    error = done.exception()
    if error is None:
        outside.set_result(done.result())
    else:
        outside.set_exception(Lost(str(error)) if isinstance(error, BrokenProcessPool) else error)
