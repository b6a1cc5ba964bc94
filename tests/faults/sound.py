"""What nobody has damaged yet: a finished run, and a folder with runs, a study and a cache."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import NamedTuple

from faults.kill import ended
from faults.kill_scenarios import furnish

TINY = Path(__file__).parents[1] / "tiny.yaml"


class Sound(NamedTuple):
    """What is copied and then damaged.

    Args:
        run: a finished run of `tiny`, which reads pictures and texts.
        place: a working folder: a finished run `fitted`, one `rounds` that was interrupted before its model was saved,
            a study `arms`, and their cache.
        data: folder of all prepared data of `run`.
    """

    run: Path
    place: Path
    data: Path


def sound(folder: Path, run: Path | None = None) -> Sound:
    """Make them below a folder.

    Args:
        run: a finished run of `tiny`; None = it is trained, too.
    """
    import vbg_framework

    kept = Path(os.environ.get("VBG_CACHE") or folder / "kept")
    with _cache(kept):
        run = run or vbg_framework.run("tiny", registry=TINY, runs=folder / "runs").path  # imports what the forks need
    place = folder / "place"
    furnish(place)
    with chdir(place), _cache(place / "cache"):
        for line in ("run fitted", "compare arms"):
            assert ended(lambda line=line: _vbg(line)).status == 0, line
        assert ended(_interrupted).status == 130
    return Sound(run, place, kept / "data")


def _vbg(line: str) -> int:
    from vbg_framework.cli import main

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    return main(line.split())


def _interrupted() -> int:
    from vbg_framework.runs import execute

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    execute.save = stop  # type: ignore[assignment]
    return _vbg("run rounds")


@contextmanager
def _cache(folder: Path) -> Iterator[None]:
    before = os.environ.get("VBG_CACHE")
    os.environ["VBG_CACHE"] = str(folder)
    try:
        yield
    finally:
        os.environ.pop("VBG_CACHE")
        if before is not None:
            os.environ["VBG_CACHE"] = before
