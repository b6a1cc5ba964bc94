"""What was prepared before, and why it cannot be used as it is, in words."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.base.novelty import novelty
from vbg_framework.contracts.spec import Component
from vbg_framework.data.preparation.info import INFO, Info, check_files
from vbg_framework.data.preparation.picture_files import news

MadeOf = dict[str, str]  # aspect -> hash: all that a prepared data set follows from, its pictures left aside


ASPECTS = ("data set", "source files", "code that reads it", "limits")


def staleness(folder: Path, refresh: bool) -> str:
    """Why a folder cannot be used as it is, in words; empty if it can."""
    if refresh:
        return "prepared again, as asked for"
    if not (folder / INFO).exists():
        return "prepared again: it was incomplete"
    try:
        message = news(folder)
        check_files(folder)
    except (OSError, ValueError):
        message = "its list of pictures cannot be read"
    except VBGError as error:
        message = f"{Path(error.where).name} {error.what}"
    return f"prepared again: {message}" if message else ""


def novelty_of(made_of: MadeOf, cache: Path, component: Component) -> str:
    """Whether something like it was prepared before, in words."""
    known = list(_made_before(cache.glob(f"{component.name}-*/{INFO}")))
    other = novelty(made_of, [each for each in known if each.get(ASPECTS[0]) == made_of[ASPECTS[0]]])
    return f"prepared again: other {' and '.join(other)}" if other else "prepared for the first time"


def _made_before(files: Iterable[Path]) -> Iterator[MadeOf]:
    """What other prepared data sets were made of, the oldest first."""
    for file in sorted(files, key=os.path.getmtime):
        with suppress(OSError, VBGError):  # another process may be removing it
            yield read_json(file, Info).get("made_of", {})
