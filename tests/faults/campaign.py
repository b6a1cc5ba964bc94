"""Many hostile inputs, drawn from a seed: which were tried, and which did what none may do."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random

from . import archives, models, pictures, settings, tables
from .harness import Input, Outcome, tried

Make = Callable[[Random, Path], Input]


def makers(sound: Path) -> list[Make]:
    """Every kind of input.

    Args:
        sound: a finished run of the experiment `tiny`.
    """
    return [
        tables.table,
        pictures.pictures,
        archives.shard,
        archives.zipped,
        archives.xml,
        archives.coco,
        settings.registry,
        settings.arguments,
        partial(models.run_folder, sound=sound),
        partial(models.prediction, sound=sound),
    ]


def campaign(first: int, count: int, seed: int, sound: Path) -> Iterator[tuple[int, Input, Outcome]]:
    """Try inputs `first` to `first + count - 1` of a seed, the kinds in turn; (number, input, outcome)."""
    kinds = makers(sound)
    for number in range(first, first + count):
        made, outcome = once(kinds[number % len(kinds)], f"{seed}-{number}")
        yield number, made, outcome


def once(make: Make, seed: str, keep: Path | None = None) -> tuple[Input, Outcome]:
    """Make one input and try it.

    Args:
        keep: folder in which it stays; None = it is removed.
    """
    parent = keep or Path(tempfile.mkdtemp(prefix="vbg-faults-"))
    (parent / "inside").mkdir(parents=True)
    (parent / "outside.png").write_bytes(b"a secret")
    try:
        given = make(Random(seed), parent / "inside")
        return given, tried(given, parent / "inside")
    finally:
        if keep is None:
            with suppress(OSError):
                shutil.rmtree(parent)
