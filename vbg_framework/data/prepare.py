"""From a dataset component to a prepared data set on disk."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from filelock import FileLock

from vbg_framework.data.columns import Layout
from vbg_framework.data.image import LARGEST_SIDE, MAX_PIXELS, ImageError
from vbg_framework.data.prepared import INFO, Prepared
from vbg_framework.data.quarantine import Entry, Quarantine
from vbg_framework.data.row import RowError, Rows, digest
from vbg_framework.data.shards import Shards
from vbg_framework.data.tally import Seen, Tally
from vbg_framework.errors import VBGError
from vbg_framework.record import Dataset, Record, Rejected
from vbg_framework.spec import Component, Config

FORMAT = 1
"""Raised whenever the same source would be stored differently."""
SLICE = 8  # records per job of a thread
WORKERS = min(8, os.cpu_count() or 1)

Progress = Callable[[int, int], None]


def prepare(
    name: str,
    component: Component,
    config: Config,
    *,
    cache: Path,
    strict: bool = False,
    refresh: bool = False,
    progress: Progress | None = None,
    max_pixels: int = MAX_PIXELS,
    largest_side: int = LARGEST_SIDE,
) -> Prepared:
    """Return the prepared data set of `component` with `config`; a finished one is used again at once.

    Items that cannot be used go to `quarantine.parquet` and are counted in `Prepared.info`. The folder appears under
    its name only when it is complete. Memory does not grow with the number of records.

    Args:
        name: what the data set is called, for its folder and for messages.
        component: the dataset component.
        config: its options.
        cache: folder of all prepared data sets.
        strict: raise at the first item that cannot be used.
        refresh: prepare again even if nothing seems to have changed, for example after mending an image.
        progress: called now and then with (records kept, items in quarantine).
        max_pixels: larger images are not decoded.
        largest_side: larger images are stored reduced to this many px on the longer side.

    Raises:
        VBGError: the source cannot be read, nothing in it can be used, the disk is full, or, if `strict`, an item
            cannot be used.
    """
    about = {"format": FORMAT, "name": name, "component": component.name, "config": config.model_dump(mode="json")}
    kind = component.load()
    with _third_party(_where(about)):
        dataset = kind(config)
        rows = Rows(tuple(dataset.tasks), max_pixels, largest_side)
        folder = cache / (re.sub(r"[^\w-]", "_", name) + "-" + _key(dataset, about, rows))
    if refresh or not folder.exists():
        with _disk_errors(cache):
            cache.mkdir(parents=True, exist_ok=True)
            with FileLock(cache / f".{folder.name}.lock"):
                if refresh or not folder.exists():
                    _write(folder, dataset, rows, about, strict, progress)
    return Prepared.open(folder)


def _key(dataset: Dataset, about: dict[str, Any], rows: Rows) -> str:
    """A name for everything the result depends on: options, source files, the code that reads them, limits."""
    files = [(str(path.absolute()), path.stat().st_size, path.stat().st_mtime_ns) for path in dataset.sources()]
    facts = [about, files, _code(type(dataset)), rows.max_pixels, rows.largest_side]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _code(kind: type) -> str:
    """Hash of the source code of the package that `kind` comes from."""
    top = sys.modules[kind.__module__.partition(".")[0]]
    files = [path for folder in getattr(top, "__path__", ()) for path in sorted(Path(folder).rglob("*.py"))]
    files = files or [Path(top.__file__ or os.devnull)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def _write(
    folder: Path, dataset: Dataset, rows: Rows, about: dict[str, Any], strict: bool, progress: Progress | None
) -> None:
    unfinished = folder.with_name(folder.name + ".partial")
    shutil.rmtree(unfinished, ignore_errors=True)  # left by a process that was killed; we hold the lock
    unfinished.mkdir()
    try:
        info = about | _fill(unfinished, dataset, rows, _where(about), strict, progress)
        (unfinished / INFO).write_text(json.dumps(info, indent=2, ensure_ascii=False), encoding="utf-8")
        _sync(unfinished)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _fill(
    folder: Path, dataset: Dataset, rows: Rows, where: str, strict: bool, progress: Progress | None
) -> dict[str, Any]:
    """Write shards and quarantine; return what is known about them."""
    shards, quarantine = Shards(folder, Layout(rows.tasks)), Quarantine(folder / "quarantine.parquet")
    tally, seen, content = Tally(rows.tasks), Seen(), hashlib.sha256(repr(rows.tasks).encode())
    report = progress or (lambda kept, quarantined: None)
    try:
        for outcome in _outcomes(_records(dataset, where), rows):
            entry = outcome if isinstance(outcome, Entry) else _duplicate(outcome[0], seen)
            if entry is None:
                row, row_digest = outcome
                content.update(row_digest)
                tally.add(row)
                shards.add(row)
            elif strict:
                what = entry.reason.rstrip(".")
                raise VBGError(entry.source or where, what, "Correct it, or prepare without --strict to leave it out.")
            else:
                quarantine.add(entry)
            if (tally.records + quarantine.count) % 100 == 0:
                report(tally.records, quarantine.count)
        if not tally.records:
            raise _nothing(where, quarantine)
        report(tally.records, quarantine.count)
        shards.close(fingerprint := content.hexdigest()[:32])
    finally:
        shards.abandon()
        quarantine.close()
    reasons = dict(quarantine.reasons.most_common(20))
    return {**tally.info(), "quarantined": quarantine.count, "reasons": reasons, "fingerprint": fingerprint}


def _where(about: Mapping[str, Any]) -> str:
    return f"data '{about['name']}'"


@contextmanager
def _third_party(where: str) -> Iterator[None]:
    """Blame the plugin for whatever it raises."""
    try:
        yield
    except VBGError:
        raise
    except OSError as error:
        raise VBGError(where, f"its source cannot be read ({error})", "Check the file and who may read it.") from error
    except Exception as error:  # third-party code may raise anything
        what = f"its plugin failed ({type(error).__name__}: {error})"
        raise VBGError(where, what, "Report it to the plugin's author.") from error


def _records(dataset: Dataset, where: str) -> Iterator[Record | Rejected]:
    with _third_party(where):
        yield from dataset.records()


def _outcomes(items: Iterator[Record | Rejected], rows: Rows) -> Iterator[Entry | tuple[dict, bytes]]:
    """The rows with their digests, in the order of the items; an `Entry` for each item that cannot be used."""
    convert = partial(_convert, rows)
    with ThreadPoolExecutor(WORKERS) as pool:  # decoding releases the interpreter lock
        while jobs := [job for _ in range(2 * WORKERS) if (job := list(islice(items, SLICE)))]:
            for outcomes in pool.map(convert, jobs):
                yield from outcomes


def _convert(rows: Rows, items: Iterable[Record | Rejected]) -> list[Entry | tuple[dict, bytes]]:
    return [_outcome(rows, item) for item in items]


def _outcome(rows: Rows, item: Record | Rejected) -> Entry | tuple[dict, bytes]:
    if isinstance(item, Rejected):
        return Entry(item.source, "", item.reason)
    try:
        row = rows(item)
    except (RowError, ImageError) as error:
        return Entry(item.source, item.id, str(error))
    return row, digest(row)


def _duplicate(row: dict[str, Any], seen: Seen) -> Entry | None:
    return None if seen.add(row["id"]) else Entry(row["source"], row["id"], f"duplicate id, got '{row['id']}'")


def _nothing(where: str, quarantine: Quarantine) -> VBGError:
    if not quarantine.count:
        return VBGError(where, "the source holds no record", "Check the path.")
    what = f"none of the {quarantine.count} records can be used ({quarantine.top()})"
    return VBGError(where, what, "Correct the source or the mapping in the registry.")


def _sync(folder: Path) -> None:
    """Have everything on the disk before the folder gets its name."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


@contextmanager
def _disk_errors(cache: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise VBGError(str(cache), "the disk is full", "Free some space; nothing half-written was kept.") from error
        raise VBGError(
            str(cache), f"cannot be written ({error})", "Choose another folder for prepared data."
        ) from error
