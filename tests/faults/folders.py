"""A working folder of runs, a study and a cache in which something happened to a file, and what reads it."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

from faults.damage import damage
from faults.harness import Input
from faults.sound import Sound

READERS = {
    "cache/data": (
        *("data check own", "data show own", "data prepare own", "data export own --to parquet --out made"),
        *("run fitted", "doctor", "cache list", "cache clean --yes", "similar fitted 1", "doubt fitted"),
    ),
    "cache": (
        "run fitted",
        "doctor",
        "cache list",
        "compare arms --resume",
        "similar fitted 1",
        "augment rounds --out a",
    ),
    "studies": (
        *("report arms", "report arms", "compare arms --resume", "compare arms --resume", "cache list", "doctor"),
        *("compare arms --resume --only more/01", "compare arms --resume --only none/01"),
    ),
    "runs/fitted": (
        *("predict fitted new.csv --out p.csv", "evaluate fitted own.csv --out e", "similar fitted 1", "show fitted"),
        *(
            "export fitted --to folder --out e",
            "promote fitted",
            "runs",
            "explain fitted 1 --out e",
            "run fitted --resume",
        ),
    ),
    "runs/rounds": (
        *("run rounds --resume", "run rounds --resume", "run rounds --resume", "show rounds", "runs"),
        *("report rounds", "predict rounds new.csv --out p.csv", "promote rounds"),
    ),
}
"""Where a file is damaged -> commands that read it."""


def workplace(random: Random, folder: Path, sound: Sound) -> Input:
    """A copy of the sound place with one or two damaged files."""
    shutil.copytree(sound.place, folder, dirs_exist_ok=True)
    where = random.choice([*READERS])
    files = sorted(path for path in (folder / where).rglob("*") if path.is_file() and path.suffix != ".lock")
    for path in random.sample(files, random.choice([1, 1, 2])):
        damage(path, random)
    return Input(f"workplace {where}", random.choice(READERS[where]).split())
