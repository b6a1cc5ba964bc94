"""Kills commands at random changes of the file system and goes on.

In the folder `tests`: `python -m faults.kills --kills 300 --seed 0`. The end must be that of a command nobody killed,
with no half-written file under a final name, no file left over and no lock held.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import chdir
from multiprocessing import get_context
from pathlib import Path

from faults.kill import Ended, ended
from faults.kill_scenarios import SCENARIOS, Scenario, furnish
from faults.kill_traces import faults, traces
from faults.warmth import import_once

SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "VBG_BLOCK": "vbg_mlflow,vbg_tensorboard",
    "HF_HUB_OFFLINE": "1",
    "VBG_CACHE": "cache",
}


class Workshop:
    """One scenario in a folder that begins anew before every kill.

    Args:
        root: folder of all scenarios, which share what comes before them.
        scenario: what is done there.

    Raises:
        RuntimeError: the command fails although nobody kills it.
    """

    def __init__(self, root: Path, scenario: Scenario) -> None:
        self.scenario, self.place, self.said = scenario, root / "place", root / "said.txt"
        self.template = root / "-".join(["begun", *scenario.begin]).replace(" ", "-")
        if not self.template.exists():
            shutil.rmtree(self.place, ignore_errors=True)
            furnish(self.place)
            for line in scenario.begin:
                self._sound(line)
            shutil.copytree(self.place, self.template)
        self._begin()
        self.changes = self._sound(scenario.command).changes
        self.expected = traces(self.place)

    def kill(self, at: int) -> list[str]:
        """Kill the command before its change number `at`, go on, and return what is wrong."""
        self._begin()
        status = self._do(self.scenario.command, at).status
        wrong = [*faults(self.place, ended=False)] if status is None else []
        if status is None:
            self._go_on()
        elif status:  # a worker was killed in its place, or another order of threads let it come to its end
            wrong.append(f"status {status}")
        wrong += faults(self.place, ended=True)
        found = traces(self.place)
        names = sorted(found.keys() | self.expected.keys())
        return wrong + [f"differs: {name}" for name in names if found.get(name) != self.expected.get(name)]

    def _begin(self) -> None:
        shutil.rmtree(self.place)
        shutil.copytree(self.template, self.place)

    def _go_on(self) -> None:
        """Resume; where nothing was begun, or it was at its end already, the command itself does no harm."""
        line = self.scenario.resume or self.scenario.command
        if self._do(line).status and self.scenario.resume and traces(self.place) != self.expected:
            self._do(self.scenario.command)

    def _sound(self, line: str) -> Ended:
        done = self._do(line)
        if done.status:
            raise RuntimeError(f"vbg {line}: status {done.status}\n{self.said.read_text()[-2000:]}")
        return done

    def _do(self, line: str, at: int = 0) -> Ended:
        return ended(lambda: self._command(line.split()), at)

    def _command(self, arguments: list[str]) -> int:
        from vbg_framework.cli import main
        from vbg_framework.study.engines import engine

        engine.get_context = lambda _: get_context("fork")  # a new interpreter would import everything again

        told = os.open(self.said, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        os.dup2(told, 1)
        os.dup2(told, 2)
        with chdir(self.place):
            return main(arguments)


def campaign(names: list[str], kills: int, seed: int, root: Path) -> Iterator[tuple[str, int, int, list[str]]]:
    """Kill every command equally often; yields scenario, changes of its command, change it was killed at, faults."""
    os.environ.update(SETTINGS)
    for number, name in enumerate(names):
        draw = random.Random(f"{seed} {name}")
        workshop = Workshop(root, SCENARIOS[name])
        share = kills // len(names) + (number < kills % len(names))
        for at in (draw.randint(1, workshop.changes) for _ in range(share)):
            yield name, workshop.changes, at, workshop.kill(at)


def main() -> int:
    """The command."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--kills", type=int, default=300)
    reader.add_argument("--seed", type=int, default=0)
    reader.add_argument("--only", nargs="*", choices=SCENARIOS, default=[*SCENARIOS], help="these commands alone")
    given = reader.parse_args()
    os.environ.update(SETTINGS)
    begun, bad, done = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory(prefix="vbg-kills-") as root:
        import_once(lambda: Workshop(Path(root) / "warm", SCENARIOS["rounds"]))
        for name, changes, at, wrong in campaign(given.only, given.kills, given.seed, Path(root)):
            done, bad = done + 1, bad + bool(wrong)
            print(f"{name} {at}/{changes}: {'; '.join(wrong[:6]) or 'the same'}", flush=True)
    print(f"{done} kills, seed {given.seed}: {bad} ended otherwise, in {time.monotonic() - begun:.0f} s")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
