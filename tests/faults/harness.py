"""One command with one hostile input, in a process of its own: what it did, how long it took, how much memory."""

from __future__ import annotations

import os
import re
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

SECONDS = 20
"""Of processor time; on a quiet machine a command takes no longer by the clock."""
PATIENCE = 240
"""Seconds by the clock, on a machine that others use, too."""
MEGABYTES = 1500
CODES = (0, 1, 2, 130)
OBEYED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")
"""What a terminal obeys; rich draws its bars with none of it where there is no terminal."""


@dataclass(frozen=True)
class Input:
    """A hostile input, written into a folder.

    Args:
        kind: what was made hostile.
        arguments: of `vbg`.
        rows: records that must be named in one way or another; None = nobody can know.
        check: further checks of what the command left behind; returns what is wrong, or "".
    """

    kind: str
    arguments: Sequence[str]
    rows: int | None = None
    check: Callable[[str], str] = field(default=lambda said: "")


@dataclass(frozen=True)
class Outcome:
    """What a command did.

    Args:
        code: how it ended; negative = by a signal.
        said: what it wrote.
        seconds: of processor time.
        megabytes: of memory at its peak.
        wrong: what must not be, in words.
        raised: file and line that refused the input; "" = none did.
    """

    code: int
    said: str
    seconds: float
    megabytes: int
    wrong: tuple[str, ...]
    raised: str = ""


def tried(given: Input, folder: Path, prepare: Callable[[], None] = lambda: None) -> Outcome:
    """Run the command in `folder`, the working folder; nothing else below its parent may change.

    Args:
        prepare: what the process of the command does first.
    """
    before = _listing(folder)
    log, place = folder.parent / "said.txt", folder.parent / "raised.txt"
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        _command(given.arguments, folder, log, place, prepare)
    status, usage = _waited(child)
    said = log.read_text(encoding="utf-8", errors="replace")
    raised = place.read_text() if place.exists() else ""
    code = os.waitstatus_to_exitcode(status)
    seconds, megabytes = usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024
    wrong = [*_wrong(code, said, seconds, megabytes), *(["wrote outside"] if _listing(folder) != before else [])]
    wrong += filter(None, [given.check(said) if code == 0 else ""])
    return Outcome(code, said, seconds, megabytes, tuple(wrong), raised)


def _command(arguments: Sequence[str], folder: Path, log: Path, place: Path, prepare: Callable[[], None]) -> None:
    code = 70
    try:
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
        os.chdir(folder)
        os.environ["VBG_CACHE"] = str(folder / "cache")
        resource.setrlimit(resource.RLIMIT_CPU, (3 * SECONDS, 3 * SECONDS))
        from vbg_framework import cli

        prepare()
        cli._told = partial(_noting, cli._told, place)
        code = cli.main(list(arguments))
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 70
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _noting(tell: Callable[[Exception], int], place: Path, error: Exception) -> int:
    """Note where an input was refused."""
    if frames := traceback.extract_tb((error.__cause__ or error).__traceback__):
        place.write_text(f"{Path(frames[-1].filename).name}:{frames[-1].lineno}")
    return tell(error)


def _waited(child: int) -> tuple[int, resource.struct_rusage]:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found, status, usage = os.wait4(child, os.WNOHANG)
        if found:
            return status, usage
        if _resident(child) > 4 * MEGABYTES:  # before it takes the machine along
            break
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    return status, usage


def _resident(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def _wrong(code: int, said: str, seconds: float, megabytes: int) -> list[str]:
    wrong = []
    if code not in CODES:
        wrong.append(f"ended with {code}")
    if "Traceback (most recent call last)" in said:
        wrong.append("traceback")
    if code == 1 and not any(word in said for word in ("vbg: ", "WRONG", " problems in ")):
        wrong.append("says nothing")
    if found := OBEYED.search(said):
        wrong.append(f"sends {found[0]!r} to the terminal")
    if seconds > SECONDS:
        wrong.append(f"took {seconds:.0f} s")
    if megabytes > MEGABYTES:
        wrong.append(f"took {megabytes} MB")
    return wrong


def _listing(folder: Path) -> list[tuple[str, int]]:
    """Everything beside the working folder."""
    outside = (path for path in folder.parent.rglob("*") if path != folder and folder not in path.parents)
    return sorted((str(path), path.lstat().st_size) for path in outside if path.name not in ("said.txt", "raised.txt"))
