"""Another interpreter: what a component says where nothing of this one is left.

One process with another PYTHONHASHSEED is started for a whole session. Every job runs in a fork of it, in a working
folder of its own; where there is no `fork`, one after the other in the process itself.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import torch

from vbg_framework.contracts.spec import Component
from vbg_framework.testing.check import NotApplicable, Unmet

HASH_SEEDS = ("31", "32")
"""The second one is taken where this interpreter runs with the first."""
Job = Mapping[str, Any]


def elsewhere(component: Component, options: Mapping[str, Any], method: str, *folders: Path) -> Any:
    """What a method of the component's subject returns in another interpreter.

    Args:
        component: what is examined; its class and that of its options must be importable.
        options: of the component.
        method: name of a method of the subject that returns something JSON can hold.
        folders: its arguments.

    Raises:
        NotApplicable: another interpreter cannot import the component.
        Unmet: the method raised something there.
    """
    job = {**_declared(component), "options": dict(options), "method": method, "folders": [*map(str, folders)]}
    with tempfile.TemporaryDirectory(prefix="vbg-afresh-") as place:
        result = Path(place) / "result.json"
        depth = len(Path.cwd().parts)  # of a shallower one, `../../..` may lead to the root and work by chance
        working = Path(place, *["working folder"] * depth)
        working.mkdir(parents=True)
        _ask(
            {**job, "result": str(result), "working": str(working), "path": _path(), "threads": torch.get_num_threads()}
        )
        if not result.exists():
            raise Unmet("an answer from another interpreter", "the process ended without one")
        said = json.loads(result.read_text(encoding="utf-8"))
    if "error" in said:
        raise Unmet("the same in another interpreter, with another PYTHONHASHSEED and working folder", said["error"])
    return said["answer"]


def comparable(value: Any) -> Any:
    """A value as it comes back from there."""
    return json.loads(json.dumps(value))


def _declared(component: Component) -> dict[str, Any]:
    """What the other interpreter needs to make the component again."""
    config = component.config
    result: Any = sys.modules.get(config.__module__)
    for name in config.__qualname__.split("."):
        result = getattr(result, name, None)
    if result is not config or "__main__" in (config.__module__, component.target.partition(":")[0]):
        raise NotApplicable("another interpreter cannot import its class or that of its options")
    return {
        "kind": component.kind,
        "name": component.name,
        "target": component.target,
        "config": [config.__module__, config.__qualname__],
    }


def _path() -> list[str]:
    return [place or os.getcwd() for place in sys.path]


def _ask(job: Job) -> None:
    process = _process()
    try:
        _talk(process, json.dumps(job))
    except OSError:  # it died of the job before
        _process.cache_clear()
        _talk(_process(), json.dumps(job))


def _talk(process: subprocess.Popen[str], line: str) -> None:
    asked, told = _pipes(process)
    asked.write(line + "\n")
    asked.flush()
    if not told.readline():
        _process.cache_clear()


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


@lru_cache
def _process() -> subprocess.Popen[str]:
    """The process that all jobs go to."""
    seed = next(each for each in HASH_SEEDS if each != os.environ.get("PYTHONHASHSEED"))
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(_path())}
    command = [sys.executable, "-m", "vbg_framework.testing.processes.afresh_worker"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True, encoding="utf-8"
    )
    atexit.register(_end, process)
    return process


def _end(process: subprocess.Popen[str]) -> None:
    for pipe in _pipes(process):
        pipe.close()
    process.wait()
