"""The files of a finished preparation: what `info.json` says, and whether the rows are what was written."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, NotRequired

from typing_extensions import TypedDict

from vbg_framework.base.digest import checksums, verify
from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.base.publication import write_json
from vbg_framework.base.regular_file import refuse_special
from vbg_framework.data.splits.clusters import FILE as CLUSTERS

INFO, STATE = "info.json", "state.json"
CHECKED = "checked.json"
"""Name -> size and time of every file whose checksum was found right, so that it is computed once."""
AGAIN = "Remove it and prepare again."


class Counted(TypedDict):
    """What `info.json` says of a task."""

    name: str
    multi_label: bool
    counts: dict[str, int]


class Info(TypedDict):
    """What it holds at least; what earlier versions prepared has no checksums."""

    component: str
    fingerprint: str
    tasks: list[Counted]
    modalities: dict[str, int]
    licences: dict[str, int]
    quarantined: int
    made_of: NotRequired[dict[str, str]]
    files: NotRequired[dict[str, str]]


def write_info(folder: Path, info: dict[str, Any]) -> None:
    """Write `info.json`, with the checksums of the rows, as the last file of a preparation."""
    write_json(folder / INFO, info | {"files": checksums(folder, _rows(folder))})


def tidy(folder: Path) -> None:
    """Remove from a finished preparation what only served to go on with it."""
    for path in {*folder.glob("*.arrow"), *folder.glob("*.jsonl"), folder / "progress.json"} - set(_rows(folder)):
        path.unlink(missing_ok=True)


def check_files(folder: Path) -> dict[str, Any]:
    """Compare the rows with their checksums; return what `info.json` holds. A file as it was last time is not read.

    Raises:
        VBGError: a file is missing or damaged.
    """
    info = read_json(refuse_special(folder) / INFO, Info, AGAIN)
    known: dict[str, str] = info.get("files", {})
    if not known:
        return info
    looks = {name: _look(folder / name) for name in known}
    with suppress(VBGError):  # or nobody has looked yet
        if read_json(folder / CHECKED, dict[str, list[int]]) == looks:
            return info
    verify(folder, known, AGAIN)
    with suppress(OSError):  # a cache that others share may be read-only
        write_json(folder / CHECKED, looks)
    return info


def _rows(folder: Path) -> list[Path]:
    state = read_json(folder / STATE, dict[str, Any], AGAIN)
    return [*(folder / each["filename"] for each in state["_data_files"]), folder / CLUSTERS]


def _look(path: Path) -> list[int]:
    try:
        result = path.stat()
    except OSError:
        return []
    return [result.st_size, result.st_mtime_ns]
