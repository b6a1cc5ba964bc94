"""What every component promises about the start of the program, when its module is imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import lru_cache
from typing import Any

from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.subject import Subject

SECONDS = 0.5
"""An import may take so much time of a processor; by the clock as well, or as long as the framework's own took."""
TRIES = 3
"""What takes longer is tried again: others may have kept the machine busy."""
IMPORT = """
import contextlib, importlib, io, json, sys, time
def taken(act):
    begun = time.perf_counter(), time.process_time()
    act()
    return [time.perf_counter() - begun[0], time.process_time() - begun[1]]
def framework():
    from vbg_framework import Component, Config, hookimpl
    type("Known", (Config,), {"__annotations__": {"a": int}, "a": 1})
own, known, said = taken(framework), set(sys.modules), io.StringIO()
with contextlib.redirect_stdout(said):
    clock, processor = taken(lambda: importlib.import_module(sys.argv[1]))
tops = [name.partition(".")[0] for name in sys.modules if name not in known]
modules = sorted(set(tops), key=tops.count)[-3:]
print(json.dumps({"clock": clock, "processor": processor, "own": own[0], "modules": modules, "said": said.getvalue()}))
"""


@promise(
    "all",
    "Declaring a component is cheap: importing the plugin's module takes less than half a second.",
    cause="the class lies in the module of the entry point, that imports torch or the like at its top, or it works",
    fix="Put the class into a module of its own, which `target` names; the module of the entry point only declares.",
)
def check_declaring_is_light(subject: Subject) -> str:
    """Import it in a fresh interpreter and take the time; the fastest of three."""
    module = _declaring(subject)
    for attempt in range(TRIES):
        told = _imported(module, attempt)
        if _is_fast(told) or told["processor"] > 2 * SECONDS:  # no other try would say otherwise
            break
    seconds = max(told["clock"], told["processor"])
    expect(_is_fast(told), f"at most {SECONDS} s", f"{seconds:.1f} s, importing {', '.join(told['modules'])}")
    return f"{seconds:.3f} s"


@promise(
    "all",
    "Importing the plugin's module prints nothing: what commands print is read by other programs.",
    cause="a `print` at the top of the module, or a library that greets",
    fix="Remove it, or log it with `logging`.",
)
def check_declaring_is_silent(subject: Subject) -> None:
    """Look at what the fresh interpreter printed."""
    message = _imported(_declaring(subject), 0)["said"].strip()
    expect(not message, "nothing printed", repr(message[:80]))


def _is_fast(facts: dict[str, Any]) -> bool:
    return facts["processor"] <= SECONDS and facts["clock"] <= max(SECONDS, facts["own"])


def _declaring(subject: Subject) -> str:
    module = subject.component.config.__module__
    if module.startswith("vbg_framework."):  # it has no options of its own
        module = subject.component.target.partition(":")[0].partition(".")[0]
    return module


@lru_cache
def _imported(module: str, attempt: int) -> dict[str, Any]:
    """What came of an import."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(place or os.getcwd() for place in sys.path)}
    command = [sys.executable, "-c", IMPORT, module]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    last = (done.stderr.strip().splitlines() or [""])[-1]
    expect(not done.returncode, f"importing {module} to work in a fresh interpreter", last)
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts
