"""Many hostile inputs, drawn from a seed: which were tried, and which did what none may do."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random

from faults import archives, folders, labels, models, pictures, settings, tables
from faults.harness import Input, Outcome, tried
from faults.sound import Sound
from faults.warmth import known

Make = Callable[[Random, Path], Input]


def makers(sound: Sound) -> list[Make]:
    """Every kind of input.

    Args:
        sound: what is copied and then damaged.
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
        labels.beside,
        labels.dump,
        labels.begun,
        labels.classes,
        partial(folders.workplace, sound=sound),
        partial(models.run_folder, sound=sound),
        partial(models.prediction, sound=sound),
        partial(models.question, sound=sound),
    ]


def campaign(first: int, count: int, seed: int, sound: Sound) -> Iterator[tuple[int, Input, Outcome]]:
    """Try inputs `first` to `first + count - 1` of a seed, the kinds in turn; (number, input, outcome)."""
    kinds, prepare = makers(sound), known()
    for number in range(first, first + count):
        made, outcome = once(kinds[number % len(kinds)], f"{seed}-{number}", prepare)
        yield number, made, outcome


def once(
    make: Make, seed: str, prepare: Callable[[], None] = lambda: None, keep: Path | None = None
) -> tuple[Input, Outcome]:
    """Make one input and try it.

    Args:
        prepare: see `tried`.
        keep: folder in which it stays; None = it is removed.
    """
    parent = keep or Path(tempfile.mkdtemp(prefix="vbg-faults-"))
    (parent / "inside").mkdir(parents=True)
    (parent / "outside.png").write_bytes(b"a secret")
    try:
        given = make(Random(seed), parent / "inside")
        return given, tried(given, parent / "inside", prepare)
    finally:
        if keep is None:
            with suppress(OSError):
                shutil.rmtree(parent)
