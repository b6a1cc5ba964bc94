"""What a process takes from its start to its end, with those that it waits for."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


def cost(command: Sequence[str], folder: Path, log: Path, more: Mapping[str, str] | None = None) -> dict[str, float]:
    """Run a command in a folder: seconds of processors, seconds by the clock, MiB of its largest process. Unix.

    Args:
        command: program and arguments.
        folder: where it works.
        log: the file that gets what it says.
        more: environment variables beside those of this process.

    Raises:
        RuntimeError: it failed; the last lines of `log` are told.
    """
    begun = time.perf_counter()
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said, env=os.environ | dict(more or {}))
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[:2]} failed:\n{log.read_text(errors='replace')[-2000:]}")
    clock = time.perf_counter() - begun
    return {"seconds": used.ru_utime + used.ru_stime, "clock": clock, "mib": used.ru_maxrss / 1024}
