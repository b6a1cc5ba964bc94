"""Kills commands at random changes of the file system and goes on.

In the folder `tests`: `python -m faults.kills --kills 300 --seed 0`. The end must be that of a command nobody killed,
with no half-written file under a final name, no file left over and no lock held.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from pathlib import Path
from threading import Thread

from faults.kill import Ended, ended, watched
from faults.kill_scenarios import ACTIONS, SCENARIOS, Scenario, furnish, picture
from faults.kill_traces import faults, settled, traces
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
        port: of `museum`.

    Raises:
        RuntimeError: the command fails although nobody kills it.
    """

    def __init__(self, root: Path, scenario: Scenario, port: int = 9) -> None:
        self.scenario, self.place, self.said = scenario, root / "place", root / "said.txt"
        self.template = root / "-".join(["begun", *scenario.begin]).replace(" ", "-")
        if not self.template.exists():
            shutil.rmtree(self.place, ignore_errors=True)
            furnish(self.place, port)
            for line in scenario.begin:
                self._sound(line)
            shutil.copytree(self.place, self.template)
        self.begin()
        self.changes = self._sound(scenario.command).changes
        self.expected = traces(self.place)

    def kill(self, at: int) -> list[str]:
        """Kill the command before its change number `at`, go on, and return what is wrong."""
        self.begin()
        status = self._do(self.scenario.command, at).status
        wrong = [*faults(self.place, ended=False)] if status is None else []
        if status is None:
            wrong += [] if settled(self.place) else ["somebody went on working"]
            self.go_on()
        elif status:  # a worker was killed in its place, or another order of threads let it come to its end
            wrong.append(f"status {status}")
        wrong += faults(self.place, ended=True)
        found = traces(self.place)
        names = sorted(found.keys() | self.expected.keys())
        return wrong + [f"differs: {name}" for name in names if found.get(name) != self.expected.get(name)]

    def begin(self) -> None:
        """Lay out what comes before the command."""
        shutil.rmtree(self.place)
        shutil.copytree(self.template, self.place)

    def go_on(self) -> None:
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
        action = partial(self._command, line.split())
        if line == self.scenario.command and self.scenario.watched:
            return watched(action, self.place, at)
        return ended(action, at)

    def _command(self, arguments: list[str]) -> int:
        from vbg_framework.cli import main
        from vbg_framework.study.engines import engine

        os.fsync = lambda _: None  # a killed process loses nothing that it wrote; a crash of the machine is not tried
        engine.get_context = lambda _: get_context("fork")  # a new interpreter would import everything again

        told = os.open(self.said, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        os.dup2(told, 1)
        os.dup2(told, 2)
        with chdir(self.place):
            return ACTIONS[arguments[0]]() if arguments[0] in ACTIONS else main(arguments)


class Museum(BaseHTTPRequestHandler):
    """A server with one picture under every address."""

    def do_GET(self) -> None:
        body = picture() if self.path.endswith(".png") else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "image/png" if body else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def museum() -> Iterator[int]:
    """The server, on this machine; gives its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Museum)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def import_for(names: list[str], root: Path) -> None:
    """Import here what the commands of these scenarios import, so that copies of this process need not."""
    import torch

    torch.set_num_threads(1)  # a copy of a process with more waits for them for ever
    scenarios = [SCENARIOS[name] for name in names if not SCENARIOS[name].watched]
    lines = dict.fromkeys(line for each in scenarios for line in (*each.begin, each.command))
    import_once(partial(_give, [*lines], root / "imports"))
    gc.collect()
    gc.freeze()


def _give(lines: list[str], place: Path) -> None:
    from vbg_framework.cli import main

    furnish(place)
    with chdir(place), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        for line in lines:
            with suppress(Exception, SystemExit):
                ACTIONS[line]() if line in ACTIONS else main(line.split())


def campaign(names: list[str], kills: int, seed: int, root: Path) -> Iterator[tuple[str, int, int, list[str]]]:
    """Kill every command equally often; yields scenario, changes of its command, change it was killed at, faults."""
    os.environ.update(SETTINGS)
    import_for(names, root)
    with museum() as port:
        for number, name in enumerate(names):
            draw = random.Random(f"{seed} {name}")
            workshop = Workshop(root, SCENARIOS[name], port)
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
        for name, changes, at, wrong in campaign(given.only, given.kills, given.seed, Path(root)):
            done, bad = done + 1, bad + bool(wrong)
            print(f"{name} {at}/{changes}: {'; '.join(wrong[:6]) or 'the same'}", flush=True)
    print(f"{done} kills, seed {given.seed}: {bad} ended otherwise, in {time.monotonic() - begun:.0f} s")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
