"""The process behind `afresh`: reads a job per line, writes what comes of it, and says `done`."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import torch

from vbg_framework.base.seeds import seed_everything
from vbg_framework.contracts.spec import Component
from vbg_framework.learning.job import new_accelerator
from vbg_framework.testing.check import Unmet, place_of
from vbg_framework.testing.examination import subject_of

SEED = 77
"""State of the global generators, another one than anywhere else."""


def serve() -> None:
    """Answer until nobody asks any more."""
    say = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what components print goes elsewhere
    for line in sys.stdin:
        job = json.loads(line)
        sys.path[:] = job["path"]
        with contextlib.suppress(Exception):  # the job itself tells; here it is imported once for several
            _component(job).load()
            if job["kind"] == "augmenter":
                new_accelerator("fp32", 0)  # what that imports is most of the time a job takes
        _apart(job)
        say.write("done\n")
        say.flush()


def _apart(job: dict[str, Any]) -> None:
    if not hasattr(os, "fork"):
        _perform(job)
        return
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        _perform(job)
    finally:
        os._exit(0)


def _perform(job: dict[str, Any]) -> None:
    os.chdir(job["working"])
    torch.set_num_threads(job["threads"])
    seed_everything(SEED)
    Path(job["result"]).write_text(json.dumps(_answered(job)), encoding="utf-8")


def _answered(job: dict[str, Any]) -> dict[str, Any]:
    try:
        with contextlib.redirect_stdout(sys.stderr):
            subject = subject_of(_component(job), job["options"])
            return {"answer": getattr(subject, job["method"])(*map(Path, job["folders"]))}
    except Unmet as unmet:
        return {"error": str(unmet)}
    except Exception as error:  # third-party code may raise anything
        return {"error": f"{type(error).__name__}: {error} ({place_of(error)})"}


def _component(job: dict[str, Any]) -> Component:
    module, name = job["config"]
    config: Any = importlib.import_module(module)
    for part in name.split("."):
        config = getattr(config, part)
    return Component(job["kind"], job["name"], config, job["target"])


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):  # nobody listens any more
        serve()
