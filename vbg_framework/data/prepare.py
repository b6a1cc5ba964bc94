"""From a dataset component to a prepared data set on disk."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock

from vbg_framework.data.clusters import NEAR
from vbg_framework.data.image import LARGEST_SIDE, MAX_PIXELS, ImageError
from vbg_framework.data.prepared import INFO, Prepared
from vbg_framework.data.quarantine import Entry, Quarantine
from vbg_framework.data.row import RowError, Rows, digest
from vbg_framework.data.unfinished import Outcome, Unfinished
from vbg_framework.errors import VBGError
from vbg_framework.record import Dataset, Record, Rejected, Skipped
from vbg_framework.source_code import code_hash
from vbg_framework.spec import Component, Config

FORMAT = 3
"""Raised whenever the same source would be stored differently."""
SLICE = 8  # records per job of a thread
WORKERS = min(8, os.cpu_count() or 1)

Progress = Callable[[int, int], None]


class _Options(NamedTuple):
    name: str
    near: int
    strict: bool
    refresh: bool
    progress: Progress


def _silent(kept: int, quarantined: int) -> None:
    """The default progress."""


def prepare(
    name: str,
    component: Component,
    config: Config,
    *,
    cache: Path,
    strict: bool = False,
    refresh: bool = False,
    progress: Progress | None = None,
    near: int = NEAR,
    max_pixels: int = MAX_PIXELS,
    largest_side: int = LARGEST_SIDE,
) -> Prepared:
    """Return the prepared data set of `component` with `config`; a finished one is used again at once.

    Items that cannot be used go to `quarantine.parquet` and are counted in `Prepared.info`. Objects that share a
    picture are joined to clusters. The folder appears under its name only when it is complete; a preparation that was
    interrupted goes on where it stopped. Memory hardly grows with the number of records.

    Args:
        name: what the data set is called, for messages, cards and sheets.
        component: the dataset component.
        config: its options.
        cache: folder of all prepared data sets.
        strict: raise at the first item that cannot be used; starts from the beginning.
        refresh: prepare again from the beginning even if nothing seems to have changed, for example after mending an
            image.
        progress: called now and then with (records kept, items in quarantine).
        near: perceptual hashes that differ in at most so many of 256 bits belong to one cluster.
        max_pixels: larger images are not decoded.
        largest_side: larger images are stored reduced to this many px on the longer side.

    Raises:
        VBGError: the source cannot be read, nothing in it can be used, the disk is full, or, if `strict`, an item
            cannot be used.
    """
    about = {"format": FORMAT, "component": component.name, "config": config.model_dump(mode="json")}
    kind = component.load()
    with _third_party(f"data '{name}'"):
        dataset = kind(config)
        about["facts"] = dict(dataset.facts())
        rows = Rows(tuple(dataset.tasks), max_pixels, largest_side)
        folder = cache / f"{component.name}-{_key(dataset, about, rows, near)}"  # the name is no part of the content
    if refresh or not folder.exists():
        with _disk_errors(cache):
            cache.mkdir(parents=True, exist_ok=True)
            with FileLock(cache / f".{folder.name}.lock"):
                if refresh or not folder.exists():
                    options = _Options(name, near, strict, refresh, progress or _silent)
                    _write(folder, dataset, rows, about, options)
    return Prepared.open(folder, name)


def _key(dataset: Dataset, about: dict[str, Any], rows: Rows, near: int) -> str:
    """A name for everything the result depends on: options, source files, the code that reads them, limits."""
    files = [(str(path.absolute()), path.stat().st_size, path.stat().st_mtime_ns) for path in dataset.sources()]
    facts = [about, files, code_hash(type(dataset)), rows.max_pixels, rows.largest_side, near]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _write(folder: Path, dataset: Dataset, rows: Rows, about: dict[str, Any], options: _Options) -> None:
    """Fill a folder under another name and rename it. What a killed process left there is gone on with."""
    partial = folder.with_name(folder.name + ".partial")
    if options.refresh or options.strict:
        shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(exist_ok=True)
    try:
        info = about | _fill(partial, dataset, rows, f"data '{options.name}'", options)
        (partial / INFO).write_text(json.dumps(info, indent=2, ensure_ascii=False), encoding="utf-8")
        _sync(partial)
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    except Exception:  # but not KeyboardInterrupt
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _fill(folder: Path, dataset: Dataset, rows: Rows, where: str, options: _Options) -> dict[str, Any]:
    """Write shards, quarantine and clusters; return what is known about them."""
    with Unfinished(folder, rows.tasks) as unfinished:
        tally, quarantine = unfinished.tally, unfinished.quarantine
        for outcome in _outcomes(islice(_records(dataset, where), unfinished.items, None), rows):
            entry = unfinished.add(outcome)
            if entry and options.strict:
                what, fix = entry.reason.rstrip("."), "Correct it, or prepare without --strict to leave it out."
                raise VBGError(entry.source or where, what, fix)
            if unfinished.items % 100 == 0:
                options.progress(tally.records, quarantine.count)
        if not tally.records:
            raise _nothing(where, quarantine)
        options.progress(tally.records, quarantine.count)
        with _third_party(where):
            remarks = list(dataset.remarks())
        return unfinished.finish(options.near) | {"remarks": remarks}


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


def _records(dataset: Dataset, where: str) -> Iterator[Record | Rejected | Skipped]:
    with _third_party(where):
        yield from dataset.records()


def _outcomes(items: Iterator[Record | Rejected | Skipped], rows: Rows) -> Iterator[Outcome]:
    """The rows with their digests, in the order of the items; an `Entry` for each item that cannot be used."""
    convert = partial(_convert, rows)
    with ThreadPoolExecutor(WORKERS) as pool:  # decoding releases the interpreter lock
        while jobs := [job for _ in range(2 * WORKERS) if (job := list(islice(items, SLICE)))]:
            for outcomes in pool.map(convert, jobs):
                yield from outcomes


def _convert(rows: Rows, items: Iterable[Record | Rejected | Skipped]) -> list[Outcome]:
    return [_outcome(rows, item) for item in items]


def _outcome(rows: Rows, item: Record | Rejected | Skipped) -> Outcome:
    if isinstance(item, Skipped):
        return item
    if isinstance(item, Rejected):
        return Entry(item.source, "", item.reason)
    try:
        row = rows(item)
    except (RowError, ImageError) as error:
        return Entry(item.source, item.id, str(error))
    return row, digest(row)


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
