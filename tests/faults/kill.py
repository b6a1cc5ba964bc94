"""Ends a process at an exact point: at its n-th change of the file system, as Python's audit events tell them."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

EVENTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}
EVENTS |= {"sqlite3.connect", "sqlite3.connect/handle"}  # just before and after a ledger is opened
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


class Ended(NamedTuple):
    """How a process ended.

    Args:
        status: exit status of the action; None = it was killed.
        changes: of the file system, up to its end.
    """

    status: int | None
    changes: int


def ended(action: Callable[[], int], at: int = 0) -> Ended:
    """Do something in a copy of this process, which is killed just before its change number `at` (0 = never)."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        _leave(lambda: _act(action, at, into))
    os.close(into)
    with os.fdopen(out) as told:
        counts = told.read().split()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return Ended(None if killed else os.waitstatus_to_exitcode(status), int(counts[-1]) if counts else at)


def watched(action: Callable[[], int], folder: Path, at: int = 0) -> Ended:
    """The same, where other processes write as well: killed as soon as its folder has changed `at` times."""
    child = os.fork()
    if not child:
        _leave(action)
    seen, changes = _listing(folder), 0
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        now = _listing(folder)
        changes, seen = changes + (now != seen), now
        if found:
            return Ended(os.waitstatus_to_exitcode(status), changes)
        if at and changes >= at:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return Ended(None, changes)
        time.sleep(0.002)


def _listing(folder: Path) -> set[tuple[str, int]]:
    found = set()
    for path in folder.rglob("*"):
        with suppress(OSError):  # it has just gone
            found.add((str(path), path.lstat().st_size))
    return found


def _leave(action: Callable[[], int]) -> NoReturn:
    status = 70
    try:
        status = action()
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:  # or this copy would go on as if it were the first
        traceback.print_exc()
    finally:
        os._exit(status)


def _act(action: Callable[[], int], at: int, into: int) -> int:
    seen = 0

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if _changes(event, arguments):
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    try:
        status = action()
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    os.write(into, f"{seen}\n".encode())
    return status


def _changes(event: str, arguments: tuple[Any, ...]) -> bool:
    if event != "open":
        return event in EVENTS
    path, mode, flags = arguments
    written = bool(flags & WRITES) if isinstance(flags, int) else bool(set(mode or "") & set("wax+"))
    return written and not str(path).startswith(("/dev/", "/proc/"))
