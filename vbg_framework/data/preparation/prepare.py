"""From a dataset component to a prepared data set on disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock

from vbg_framework.base.digest import SHORT
from vbg_framework.base.digest import digest as content_digest
from vbg_framework.base.errors import VBGError
from vbg_framework.base.publication import publish
from vbg_framework.base.source_code import code_hash
from vbg_framework.base.system_error import system_error
from vbg_framework.config.blame import raised_at
from vbg_framework.config.part import Part
from vbg_framework.contracts.record import Dataset, Record, Rejected, Skipped
from vbg_framework.contracts.spec import Component, Config
from vbg_framework.data.pictures.formats import ADDED
from vbg_framework.data.pictures.image import LARGEST_SIDE, MAX_PIXELS, ImageError
from vbg_framework.data.preparation.corrections import Corrections, corrections_of
from vbg_framework.data.preparation.earlier import ASPECTS, MadeOf, novelty_of, staleness
from vbg_framework.data.preparation.info import INFO, tidy, write_info
from vbg_framework.data.preparation.loss import check_hope, entry, nothing_usable
from vbg_framework.data.preparation.missing_image import MissingImage, with_policy
from vbg_framework.data.preparation.picture_files import absent, looks
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.data.preparation.quarantine import Entry, classes_of
from vbg_framework.data.preparation.row import RowError, Rows, digest
from vbg_framework.data.preparation.unfinished import Outcome, Unfinished
from vbg_framework.data.preparation.views import views
from vbg_framework.data.preparation.weight import HELD, by_weight, weight
from vbg_framework.data.splits.clusters import NEAR

FORMAT = 4
"""Raised whenever the same source would be stored differently."""
SLICE = 8  # records per job of a thread
WORKERS = min(8, os.cpu_count() or 1)

Progress = Callable[[int, int], None]
Item = tuple[Record | Rejected | Skipped, list[Path]]  # with the pictures looked for in vain since the one before


class _Options(NamedTuple):
    name: str
    near: int
    strict: bool
    refresh: bool
    to_the_end: bool
    progress: Progress
    corrected: Corrections | None
    missing_image: MissingImage | None


def _silent(*_: object) -> None:
    """The default for those who are told."""


def prepare(
    name: str,
    component: Component,
    config: Config,
    *,
    cache: Path,
    strict: bool = False,
    refresh: bool = False,
    to_the_end: bool = True,
    progress: Progress = _silent,
    tell: Callable[[str], None] = _silent,
    near: int = NEAR,
    max_pixels: int = MAX_PIXELS,
    largest_side: int = LARGEST_SIDE,
    corrections: str | None = None,
    modalities: Mapping[str, Part[Any]] | None = None,
    missing_image: MissingImage | None = None,
) -> Prepared:
    """Return the prepared data set of `component` with `config`; a finished one is used again if nothing changed.

    What may change are the options, the source files, the code that reads them, and the picture files, whose sizes and
    times are compared.

    Items that cannot be used go to `quarantine.parquet` and are counted in `Prepared.info`. Objects that share a
    picture are joined to clusters. The folder appears under its name only when it is complete; a preparation that was
    interrupted goes on where it stopped. Memory hardly grows with the number of records.

    Args:
        name: what the data set is called, for messages, cards and sheets.
        component: the dataset component.
        config: its options.
        cache: folder of all prepared data sets.
        strict: raise at the first item that cannot be used; starts from the beginning.
        refresh: prepare again from the beginning even if nothing seems to have changed.
        to_the_end: read on although nearly nothing of a long source can be used, see `check_hope`.
        progress: called now and then with (records kept, items in quarantine).
        tell: called once with the reason why a finished one was used or not, in words.
        near: perceptual hashes that differ in at most so many of 256 bits belong to one cluster.
        max_pixels: larger images are not decoded.
        largest_side: larger images are stored reduced to this many px on the longer side.
        corrections: file of corrected labels, see `Corrections`.
        modalities: those of its records that plugins offer, by name.
        missing_image: what becomes of a record whose picture is not there or cannot be read: `keep` what else it
            holds, or `quarantine`; None = a picture that is named must be there, one that a pattern names need not.

    Raises:
        VBGError: the source cannot be read, nothing in it can be used, the disk is full, or, if `strict`, an item
            cannot be used.
    """
    about = {"format": FORMAT, "component": component.name, "config": config.model_dump(mode="json")}
    kind, kinds = component.load(), {name: part.make() for name, part in (modalities or {}).items()}
    about |= {"modalities": {name: part.options() for name, part in modalities.items()}} if modalities else {}
    with _third_party(f"data '{name}'", kind):
        dataset = kind(config)
        about["facts"] = dict(dataset.facts())
        rows = Rows(tuple(dataset.tasks), max_pixels, largest_side, kinds)
        corrected = corrections_of(corrections, dataset.tasks)
        made_of = _made_of(dataset, about, rows, near)
        made_of |= {"corrections": corrected.content} if corrected else {}
        made_of |= {"missing_image": missing_image} if missing_image else {}
    folder = cache / f"{component.name}-{content_digest(made_of)[:SHORT]}"  # the name is no part of the content
    if reason := staleness(folder, refresh):
        with _disk_errors(cache):
            cache.mkdir(parents=True, exist_ok=True)
            with FileLock(cache / f".{folder.name}.lock"):
                if reason := staleness(folder, refresh):  # or another process was faster
                    reason = reason if folder.exists() else novelty_of(made_of, cache, component)
                    options = _Options(name, near, strict, refresh, to_the_end, progress, corrected, missing_image)
                    _write(folder, dataset, rows, about | {"made_of": made_of}, options)
    prepared = Prepared.open(folder, name, kinds)
    tell(reason or "prepared before, nothing changed")
    return prepared


def _made_of(dataset: Dataset, about: dict[str, Any], rows: Rows, near: int) -> MadeOf:
    files = [(str(path.absolute()), path.stat().st_size, path.stat().st_mtime_ns) for path in dataset.sources()]
    code = [code_hash(kind) for kind in (type(dataset), *map(type, rows.modalities.values()))]
    facts = [about, files, code if rows.modalities else code[0], [rows.max_pixels, rows.largest_side, near, *ADDED]]
    return {aspect: content_digest(fact) for aspect, fact in zip(ASPECTS, facts, strict=True)}


def _write(folder: Path, dataset: Dataset, rows: Rows, about: dict[str, Any], options: _Options) -> None:
    """Fill a folder under another name and rename it. What a killed process left there is resumed."""
    partial = folder.with_name(folder.name + ".partial")
    if options.refresh or options.strict:
        shutil.rmtree(partial, ignore_errors=True)
    begun = partial.exists()
    partial.mkdir(exist_ok=True)
    try:
        if staleness(partial, refresh=False):  # else a process was killed just before it got its name
            (partial / INFO).unlink(missing_ok=True)
            info = about | _fill(partial, dataset, rows, about, options)
            write_info(partial, info)
        tidy(partial)
        publish(partial, folder)
    except Exception as error:  # but not KeyboardInterrupt
        shutil.rmtree(partial, ignore_errors=True)
        if not begun or isinstance(error, VBGError) or getattr(error, "errno", None):
            raise
        _write(folder, dataset, rows, about, options)  # what was begun is damaged: from the beginning


def _fill(folder: Path, dataset: Dataset, rows: Rows, about: dict[str, Any], options: _Options) -> dict[str, Any]:
    """Write shards, quarantine, pictures and clusters; return what is known about them."""
    with Unfinished(folder, rows.tasks) as unfinished:
        tally, quarantine, where = unfinished.tally, unfinished.quarantine, f"data '{options.name}'"
        items = islice(_records(dataset, where, options.corrected), unfinished.items, None)
        for outcome in _outcomes(items, rows, options.missing_image):
            added = unfinished.add(outcome)
            if added and options.strict:
                what, fix = added.reason.rstrip("."), "Correct it, or prepare without --strict to leave it out."
                raise VBGError(added.source or where, what, fix)
            if unfinished.items % 100 == 0:
                options.progress(tally.records, quarantine.count)
                if not options.to_the_end:
                    check_hope(where, tally.records, quarantine)
        unfinished.pictures.add(absent(dataset.missed()))  # after the last item
        if not tally.records:
            raise nothing_usable(where, quarantine, entry({**about, "name": options.name}))
        options.progress(tally.records, quarantine.count)
        with _third_party(where, type(dataset)):
            remarks = list(dataset.remarks())
        facts = {"corrections": options.corrected.info()} if options.corrected else {}
        return unfinished.finish(options.near) | {"remarks": remarks, **facts}


@contextmanager
def _third_party(where: str, kind: type) -> Iterator[None]:
    """Blame the plugin of a data set's class for whatever it raises."""
    try:
        yield
    except VBGError:
        raise
    except OSError as error:
        raise VBGError(where, f"its source cannot be read ({error})", "Check the file and who may read it.") from error
    except (Exception, SystemExit) as error:  # third-party code may raise anything
        what = f"its plugin failed ({type(error).__name__}: {error})"
        fix = f"Raised at {raised_at(error, [kind.__module__])}. Report it to the plugin's author."
        raise VBGError(where, what, fix) from error


def _records(dataset: Dataset, where: str, corrected: Corrections | None) -> Iterator[Item]:
    with _third_party(where, type(dataset)):
        for item in views(corrected.over(dataset.records()) if corrected else dataset.records()):
            yield item, dataset.missed()


def _outcomes(items: Iterator[Item], rows: Rows, policy: MissingImage | None) -> Iterator[Outcome]:
    """The rows with their digests, in the order of the items; an `Entry` for each item that cannot be used."""
    convert = partial(_convert, rows, policy)
    with ThreadPoolExecutor(WORKERS) as pool:  # decoding releases the interpreter lock
        for some in by_weight(items, 2 * WORKERS * SLICE, HELD, lambda item: weight(item[0])):
            for outcomes in pool.map(convert, [some[start : start + SLICE] for start in range(0, len(some), SLICE)]):
                yield from outcomes


def _convert(rows: Rows, policy: MissingImage | None, items: Iterable[Item]) -> list[Outcome]:
    return [_outcome(rows, policy, item, missed) for item, missed in items]


def _outcome(rows: Rows, policy: MissingImage | None, item: Record | Rejected | Skipped, missed: list[Path]) -> Outcome:
    seen = looks(item, missed)  # before it is decoded: if it changes meanwhile, that will be noticed
    if isinstance(item, Skipped):
        return Outcome(item, seen)
    if isinstance(item, Rejected):
        return Outcome(Entry(item.source, item.id, item.reason, classes_of(item.targets)), seen)
    try:
        row, without = with_policy(rows, item, missed, policy)
    except (RowError, ImageError) as error:
        return Outcome(Entry(item.source, item.id, str(error), classes_of(item.targets)), seen)
    return Outcome((row, digest(row)), seen, without)


@contextmanager
def _disk_errors(cache: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise system_error(error, str(cache), "VBG_CACHE names another folder for prepared data.") from error
