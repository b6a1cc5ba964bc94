"""Processes that tests start, forked from one that has imported what they need.

A new interpreter spends eight processor seconds on imports before it does anything; a fork of a warm one spends none.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from vbg_framework import worker
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.runs.start import accept, start
from vbg_framework.screen import Screen

WARM = ("vbg_framework.cli", "vbg_framework.runs.execute", "vbg_framework.study.engines.engine", "transformers")
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(list(WARM))


class Started:
    """A process that runs a function; like `subprocess.Popen`."""

    def __init__(self, function: Callable, *arguments: Any, env: Mapping[str, str] | None = None) -> None:
        with NamedTemporaryFile(delete=False) as file:
            self._told = Path(file.name)
        given = (self._told, {**os.environ, **(env or {})}, Path.cwd(), function, arguments)
        self._process = _context.Process(target=_inside, args=given)
        self._process.start()
        assert self._process.pid
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended: negative = by this signal, None = it runs."""
        return self._process.exitcode

    def said(self, pattern: str, timeout: float = 300) -> str:
        """Wait until it has printed something of this pattern, and return that."""
        end = time.monotonic() + timeout
        while not (found := re.search(pattern, self._told.read_text())):
            assert self.returncode is None, self._told.read_text()
            assert time.monotonic() < end, f"it did not say {pattern} in {timeout} s"
            time.sleep(0.05)
        return found[0]

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def wait(self, timeout: float = 300) -> str:
        """Wait for its end; return what it printed."""
        self._process.join(timeout)
        assert self.returncode is not None, f"it still runs after {timeout} s and said: {self._told.read_text()}"
        with contextlib.suppress(FileNotFoundError):
            self._whole = self._told.read_text()
            self._told.unlink()
        return self._whole


def _inside(told: Path, environment: Mapping[str, str], folder: Path, function: Callable, arguments: tuple) -> None:
    file = os.open(told, os.O_WRONLY)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.exit(function(*arguments))


def vbg(*arguments: str, env: Mapping[str, str] | None = None) -> Started:
    """Start a `vbg` command."""
    return Started(command, list(arguments), env=env)


def command(arguments: list[str]) -> int:
    """What `python -m vbg_framework` does."""
    from vbg_framework.cli import main

    return main(arguments)


def together(processes: int, function: Callable, *arguments: Any) -> None:
    """Run a function in so many processes that know of each other, as `torchrun` starts them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(processes)}
    shared |= {"LOCAL_WORLD_SIZE": str(processes), "OMP_NUM_THREADS": "1"}
    ranks = [{**shared, "RANK": str(number), "LOCAL_RANK": str(number)} for number in range(processes)]
    for process in [Started(function, *arguments, env=rank) for rank in ranks]:
        said = process.wait()
        assert process.returncode == 0, said


def run_together(processes: int, experiment: str, registry: Path, runs: Path, sets: list[str]) -> RunFolder:
    """Run an experiment in so many processes; the folder of the run."""
    plugins = load_plugins()
    folder = start(Registry.read(registry).experiment(experiment, plugins, sets), plugins, runs)
    accept(folder, plugins, Screen())
    together(processes, worker.main, folder.path)
    return folder


def shared(folder: Path, experiment: str, registry: Path, *sets: str) -> tuple[RunFolder, RunFolder]:
    """The run of one process and that of two, with the same options."""
    import vbg_framework

    one = vbg_framework.run(experiment, registry=registry, runs=folder / "one", sets=sets, accept_loss=True)
    return one, run_together(2, experiment, registry, folder / "two", list(sets))
