"""Processes of this machine that share its cores and end with the one that started them. Light."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import active_children, get_context

from vbg_framework.base.errors import VBGError
from vbg_framework.base.safe_path import keep_working_folder_out

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def process_pool(count: int, option: str) -> ProcessPoolExecutor:
    """Processes that begin with nothing of this one and divide the cores among them.

    Args:
        count: how many.
        option: of the command line that says so, such as `--jobs`.

    Raises:
        VBGError: there is to be none.
    """
    if count < 1:
        raise VBGError(option, f"must be at least 1, got {count}", f"Example: {option} 2.")
    keep_working_folder_out()
    threads = max(1, (os.cpu_count() or 1) // count)
    return ProcessPoolExecutor(count, get_context("spawn"), initializer=_begin, initargs=(threads,))


def end_processes(pool: ProcessPoolExecutor) -> None:
    """End the processes at once, whatever they do, and wait until they are gone."""
    for worker in active_children():
        worker.terminate()
    pool.shutdown(wait=True, cancel_futures=True)


def _begin(threads: int) -> None:
    """Share the cores; here, since a change of the driver's own environment would reach all that it starts later."""
    os.environ["OMP_NUM_THREADS"] = str(threads)  # read when torch is loaded
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)
    _die_with_parent()


def _die_with_parent() -> None:
    """A process whose parent was killed would go on, beside the one that is started next."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and it tidies up behind itself
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
