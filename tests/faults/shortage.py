"""Commands in new processes that may take less memory than they would.

In the folder `tests`: `python -m faults.shortage --only run predict`. Every command is given with shares of the address
space that it took when nobody limited it; then it is gone on with, without a limit, to the end of a command that had
all the memory it wanted.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from faults.kill_scenarios import SCENARIOS
from faults.kill_traces import faults, traces
from faults.kills import SETTINGS, Workshop, import_for

SHARES = (0.3, 0.5, 0.7, 0.8, 0.9, 0.97)
COMMANDS = ("prepare", "run", "train", "rounds", "compare", "gan", "pictures", "predict", "explain", "onnx", "report")
PATIENCE = 120
"""Seconds by the clock. Where there is no memory to begin a thread, Python may wait for it for ever."""
PROGRAM = """
import sys
from pathlib import Path
from vbg_framework.cli import main
try:
    sys.exit(main(sys.argv[2:]))
finally:
    taken = Path('/proc/self/status').read_text().split('VmPeak:')[1].split()[0]
    Path(sys.argv[1]).write_text(taken)
"""


class Shortage:
    """One command, and what it takes when nobody limits it.

    Args:
        root: folder of all commands.
        name: of the scenario, in `kill_scenarios`.
    """

    def __init__(self, root: Path, name: str) -> None:
        self.shop, self.told, self.taken = Workshop(root, SCENARIOS[name]), root / "taken.txt", 0
        self.shop.begin()
        self._given(resource.RLIM_INFINITY)
        self.taken = int(self.told.read_text()) * 1024  # bytes

    def short(self, share: float) -> tuple[int, list[str]]:
        """Give the command a share of that; returns its status, and what is wrong."""
        self.shop.begin()
        status, said = self._given(int(self.taken * share))
        wrong = [*faults(self.shop.place, ended=False)]
        wrong += ["traceback"] if "Traceback (most" in said else []
        wrong += ["no line"] if status and not said.strip() else []
        wrong += ["hung"] if status == -signal.SIGKILL else []
        self.shop.go_on()
        wrong += faults(self.shop.place, ended=True)
        return status, wrong + ([] if traces(self.shop.place) == self.shop.expected else ["another end"])

    def _given(self, limit: int) -> tuple[int, str]:
        words = [sys.executable, "-c", PROGRAM, str(self.told), *self.shop.scenario.command.split()]
        limited = partial(resource.setrlimit, resource.RLIMIT_AS, (limit, limit))
        said = self.told.with_suffix(".said")
        with said.open("wb") as file:
            process = subprocess.Popen(
                words, cwd=self.shop.place, env=os.environ | SETTINGS, stdout=file, stderr=file, preexec_fn=limited
            )
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        return process.returncode, said.read_text(encoding="utf-8", errors="replace")


def campaign(names: list[str], root: Path) -> Iterator[tuple[str, float, int, list[str]]]:
    """Every command with every share of its memory; yields its name, the share, its status and what is wrong."""
    os.environ.update(SETTINGS)
    import_for(names, root)
    for name in names:
        shortage = Shortage(root, name)
        for share in SHARES:
            yield name, share, *shortage.short(share)


def main() -> int:
    """The command."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--only", nargs="*", choices=SCENARIOS, default=[*COMMANDS], help="these commands alone")
    names, begun, bad = reader.parse_args().only, time.monotonic(), 0
    with tempfile.TemporaryDirectory(prefix="vbg-shortage-") as root:
        for name, share, status, wrong in campaign(names, Path(root)):
            bad += bool(wrong)
            print(f"{name} {share}: status {status}, {'; '.join(wrong[:6]) or 'nothing wrong'}", flush=True)
    print(f"{len(names) * len(SHARES)} commands: {bad} with something wrong, in {time.monotonic() - begun:.0f} s")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
