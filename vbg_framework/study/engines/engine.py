"""Where the runs of a study are executed: here, or in processes of this machine."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any, Protocol

from vbg_framework.base.errors import Interrupted, VBGError
from vbg_framework.base.safe_path import keep_working_folder_out
from vbg_framework.config.plugins import Plugins
from vbg_framework.screen import Screen
from vbg_framework.study.folder import StudyFolder
from vbg_framework.study.plan import Trial

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


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
        if jobs < 1:
            raise VBGError("--jobs", f"must be at least 1, got {jobs}", "Example: --jobs 2.")
        self.slots, self.block = jobs, block
        self._pool = self._new_pool()

    def submit(self, folder: StudyFolder, trial: Trial) -> Future[str | None]:
        """Begin a run in one of the processes."""
        outside: Future[str | None] = Future()
        try:
            inside = self._pool.submit(work, folder.path, trial, self.block)
        except BrokenProcessPool:
            self._pool = self._new_pool()
            inside = self._pool.submit(work, folder.path, trial, self.block)
        inside.add_done_callback(lambda done: _pass_on(done, outside))
        return outside

    def check(self) -> None:
        """The end of a process is heard of at once."""

    def close(self) -> None:
        """End the processes; an unfinished run goes on from its checkpoint when the study is resumed."""
        for worker in active_children():
            worker.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        keep_working_folder_out()
        threads = max(1, (os.cpu_count() or 1) // self.slots)
        return ProcessPoolExecutor(self.slots, get_context("spawn"), initializer=_begin, initargs=(threads,))


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


def _begin(threads: int) -> None:
    """Share the cores; here, since a change of the driver's own environment would reach all that it starts later."""
    os.environ["OMP_NUM_THREADS"] = str(threads)  # read when torch is loaded
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)
    _die_with_parent()


def _die_with_parent() -> None:
    """A worker whose driver was killed would go on with its run, beside the one that is started next."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver ends the workers
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and they tidy up behind themselves
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
