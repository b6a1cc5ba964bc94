"""What lies in a folder after a command: its content without times, and what must not be there."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from safetensors import SafetensorError, safe_open

from vbg_framework.base.digest import file_digest
from vbg_framework.base.publication import BEFORE, PARTIAL
from vbg_framework.base.work_folder import is_held

STAMP = re.compile(r"\d{8}-\d{6}(-\d+)?")
WAIT = 60.0  # seconds; a worker on Ray outlives the process that gave it its run
VOLATILE = re.compile(
    r"second|memory|when|time|cost|command|device|spent|machine|git_commit|created|files|^run$|folder"
    r"|^progress\.json$"  # in the checksums of a checkpoint: it holds seconds
)
LOOSE = {
    ".html",
    ".png",
    ".svg",
    ".arrow",
    ".lock",
    ".log",
    ".md",
    ".xlsx",
}  # hold times: that they are there counts
UNSURE = {"checked.json", "environment.json", "README.md", "progress.json"}


def traces(place: Path) -> dict[str, Any]:
    """File -> content, of everything that a command left; of each experiment and study the first run is run 1."""
    files = (path for path in sorted(place.rglob("*")) if path.is_file() and path.suffix != ".lock")
    return {_name(place, path): _content(path) for path in files if _counts(path)}


def settled(place: Path) -> bool:
    """Wait until nobody works in a folder any more; False if somebody still does at the end of `WAIT`."""
    until = time.monotonic() + WAIT
    while held := any(_held(path) for path in place.rglob("*.lock")):
        if time.monotonic() > until:
            break
        time.sleep(0.1)
    return not held


def faults(place: Path, *, ended: bool) -> Iterator[str]:
    """Files that are not whole under their names; after the end also locks that are held and files left over."""
    for path in sorted(place.rglob("*")):
        name = str(path.relative_to(place))
        if ended and (PARTIAL in name or path.suffix == BEFORE):
            yield f"left over: {name}"
        if ended and path.suffix == ".lock" and _held(path):
            yield f"held: {name}"
        if PARTIAL not in name and path.is_file() and not _whole(path):
            yield f"half-written: {name}"


def _held(path: Path) -> bool:
    with suppress(FileNotFoundError), path.open("rb") as file:
        return is_held(file)
    return False


def _name(place: Path, path: Path) -> str:
    """Its path, with numbers in the place of times."""
    parts = []
    for part in path.relative_to(place).parts:
        siblings = sorted(each.name for each in place.iterdir()) if STAMP.fullmatch(part) else []
        parts.append(f"<{siblings.index(part) + 1}>" if siblings else STAMP.sub("<id>", part))
        place = place / part
    return "/".join(parts)


def _counts(path: Path) -> bool:
    return (
        path.name not in UNSURE
        and not (path.name == "state.json" and "cache" in path.parts)
        and path.suffix != ".arrow"
    )


def _content(path: Path) -> Any:
    if path.suffix in LOOSE:
        return path.stat().st_size > 0
    if path.suffix == ".parquet":
        return _plain(pq.read_table(path).to_pylist())
    if path.suffix == ".json":
        return _plain(json.loads(path.read_text()))
    if path.suffix == ".jsonl":
        return [_plain(json.loads(line)) for line in path.read_text().splitlines()]
    if path.suffix == ".sqlite":
        with closing(sqlite3.connect(path)) as database:
            return database.execute("select * from decisions order by number").fetchall()
    return file_digest(path)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if "value" in value and VOLATILE.search(str(value.get("metric"))):  # a row of the results of a study
            value = value | {"value": value["value"] is not None}
        return {key: _plain(each) for key, each in value.items() if not VOLATILE.search(str(key))}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return STAMP.sub("<id>", value) if isinstance(value, str) else value


def _whole(path: Path) -> bool:
    try:
        if path.suffix == ".json":
            json.loads(path.read_text())
        elif path.suffix == ".parquet":
            pq.read_table(path)
        elif path.suffix == ".safetensors":
            with safe_open(path, "np") as file:
                file.keys()
    except (ValueError, OSError, pa.ArrowInvalid, SafetensorError):
        return False
    return True
