"""Has everything imported and read that commands need: forks share it, so that each takes a fraction of a second."""

from __future__ import annotations

import gc
import importlib
import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

from faults.sound import Sound

LINES = (
    *("data prepare own --refresh", "data check own", "data show own", "data export own --to parquet --out shared"),
    *(
        "init own.csv --yes --out begun",
        "run fitted",
        "run rounds --resume",
        "compare arms --resume",
        "runs",
        "doctor",
    ),
    *("predict fitted new.csv --out new.csv", "evaluate fitted own.csv --out evaluated", "promote fitted"),
    *("export fitted --to folder --out bundle", "export fitted --to hub --out hub", "similar fitted 1", "report arms"),
    *("compare-runs fitted rounds", "doubt fitted", "check", "cache list", "augment rounds --out made"),
)
"""A command of every kind, for what it imports."""


@contextmanager
def warm(folder: Path, sound: Sound) -> Iterator[None]:
    """`warm_up`, after which the process is as it was: other tests may follow in it."""
    import torch

    threads, cache = torch.get_num_threads(), os.environ.get("VBG_CACHE")
    try:
        warm_up(folder, sound)
        yield
    finally:
        gc.unfreeze()
        torch.set_num_threads(threads)
        os.environ.pop("VBG_CACHE", None)
        if cache is not None:
            os.environ["VBG_CACHE"] = cache


def warm_up(folder: Path, sound: Sound) -> None:
    """Import what commands import.

    Args:
        folder: for what the commands write.
        sound: what they read.
    """
    import torch

    torch.set_num_threads(1)
    place = folder / "warm"
    shutil.copytree(sound.place, place)
    os.environ["VBG_CACHE"] = str(place / "cache")
    import_once(lambda: _everything(place, sound.run))
    gc.collect()
    gc.freeze()  # or every fork copies what the collector looks at


def import_once(action: Callable[[], Any]) -> None:
    """Import here what an action imports, so that copies of this process need not."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        with suppress(BaseException):
            action()
        with os.fdopen(into, "w") as told:
            told.write("\n".join(sys.modules))
        os._exit(0)
    os.close(into)
    with os.fdopen(out) as told:
        names = told.read().splitlines()
    os.waitpid(child, 0)
    for name in names:
        if name.partition(".")[0] not in ("__main__", "tests", "faults"):
            with suppress(Exception):
                importlib.import_module(name)


def known() -> Callable[[], None]:
    """What every command reads although no input changes it; returns what has a fork take it over.

    It is entry points of packages, words of the parser and the shipped registry.
    """
    import argparse

    from vbg_framework.config import plugins, registry

    read, shipped = registry.read_yaml, registry.shipped_registry()
    found, content = plugins._found(), read(shipped)

    def take_over() -> None:
        os.fsync = lambda file: None  # the machine does not crash
        argparse._ = lambda text: text  # type: ignore[attr-defined]
        plugins._found = lambda: found
        registry.read_yaml = lambda path: content if path == shipped else read(path)

    return take_over


def _everything(place: Path, run: Path) -> None:
    from vbg_framework.cli import main

    more = (f"predict {run} new.csv --out new.xlsx", f"report {run}", f"explain {run} new.csv --out e")
    with chdir(place), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        for line in (*LINES, *more):
            with suppress(Exception):
                main(line.split())
