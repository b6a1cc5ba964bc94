"""A preparation in the making: what is written, what is counted, and how far it has come."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vbg_framework.base.errors import VBGError
from vbg_framework.base.publication import write_json
from vbg_framework.base.regular_file import regular
from vbg_framework.contracts.record import Skipped, Task
from vbg_framework.data.catalogue.spelling import normal
from vbg_framework.data.preparation.columns import TARGET
from vbg_framework.data.preparation.item_bytes import HASH
from vbg_framework.data.preparation.picture_files import Look, Pictures
from vbg_framework.data.preparation.quarantine import Entry, Quarantine, classes_of
from vbg_framework.data.preparation.readings import Readings
from vbg_framework.data.preparation.shards import Shards
from vbg_framework.data.preparation.tally import Seen, Tally
from vbg_framework.data.splits.clusters import write_clusters

COMMIT_SECONDS = 10.0
PROGRESS = "progress.json"
CLUSTERED = ("id", "group", "split", "sha256", "phash")


class Outcome(NamedTuple):
    """What became of one item of a source.

    Args:
        result: a row with its digest, an entry for the quarantine, or what was skipped.
        looks: the picture files it depends on.
        without: why a row came without its picture, "" = it has it, or there is none.
    """

    result: Entry | Skipped | tuple[Mapping[str, Any], bytes]
    looks: Iterable[Look] = ()
    without: str = ""


class Unfinished:
    """Takes the outcomes of a source's items in order, and goes on from its last commit after an interruption.

    It begins anew if a picture that was looked at before is another one now.

    Args:
        folder: an empty folder, or one that an interrupted preparation of the same source left.
        tasks: the tasks of the data set.

    Attributes:
        items: outcomes so far.
        tally: counts of the rows.
        quarantine: items that cannot be used.
        skipped: reason -> items that no record was made of on purpose.
        without: reason -> rows that came without their picture.
        pictures: the files they depend on.
    """

    def __init__(self, folder: Path, tasks: Sequence[Task]) -> None:
        self._folder = folder
        done = _progress(folder)
        self.items: int = done.get("items", 0)
        self._content = bytes.fromhex(done.get("content", "")) or hashlib.sha256(repr(tasks).encode()).digest()
        self._shards = Shards(folder, tasks, done.get("shards"))
        self.quarantine = Quarantine(folder / "quarantine.parquet", done.get("quarantine", 0))
        self.pictures = Pictures(folder, done.get("pictures", 0))
        self.tally, self._seen = Tally(tasks, Readings(done.get("doubts"))), Seen()
        self.skipped: Counter[str] = Counter(done.get("skipped", {}))
        self.without: Counter[str] = Counter(done.get("without", {}))
        self._committed = time.monotonic()
        for batch in self._shards.batches():
            self._replay(batch)

    def __enter__(self) -> Unfinished:
        return self

    def __exit__(self, *_: object) -> None:
        self._shards.abandon()
        self.quarantine.abandon()
        self.pictures.abandon()

    def add(self, outcome: Outcome) -> Entry | None:
        """Store a row, count what was skipped, or put an item into quarantine and return its entry."""
        self.items += 1
        self.pictures.add(outcome.looks)
        entry = self._taken(outcome.result)
        if entry:
            self.quarantine.add(entry)
        elif outcome.without:
            self.without[outcome.without.partition(", got ")[0]] += 1
        if time.monotonic() - self._committed >= COMMIT_SECONDS:
            self._commit()
        return entry

    def finish(self, near: int) -> dict[str, Any]:
        """Complete everything; return what `info.json` says about it. Killed meanwhile, it can be done again.

        Args:
            near: see `clusters.NEAR`.
        """
        self._commit()
        hashes = [name for name in self._shards.layout.learn([]) if name.startswith(HASH)]
        columns = _Again(self._shards, [*CLUSTERED, *hashes])
        duplicates = {"near_bits": near, **write_clusters(self._folder, columns, near)}
        merged = json.dumps(duplicates, sort_keys=True).encode()
        fingerprint = hashlib.sha256(self._content + merged).hexdigest()[:32]
        self._shards.close(fingerprint)
        self.quarantine.close()
        self.pictures.close()
        facts = {"quarantined": self.quarantine.count, "reasons": self.quarantine.told(20), "lost": self._lost()}
        facts |= {"skipped": dict(self.skipped.most_common()), "without_picture": dict(self.without.most_common())}
        return {**self.tally.info(), **facts, "duplicates": duplicates, "fingerprint": fingerprint}

    def _lost(self) -> list[str]:
        """Classes of which every item is in quarantine, as `task: class`."""
        kept = {f"{task}: {name}" for task, counts in self.tally.classes.items() for name in counts}
        return sorted(name for name in self.quarantine.classes if name not in kept)

    def _taken(self, result: Entry | Skipped | tuple[Mapping[str, Any], bytes]) -> Entry | None:
        if isinstance(result, Skipped):
            self.skipped[result.reason] += 1
            return None
        return result if isinstance(result, Entry) else self._store(*result)

    def _store(self, row: Mapping[str, Any], digest: bytes) -> Entry | None:
        """Store a row; an id that was there before makes it an entry for the quarantine instead."""
        if not self._seen.add(normal(row["id"])):
            targets = {task.name: row.get(TARGET + task.name) for task in self.tally.tasks}
            return Entry(row["source"], row["id"], f"duplicate id, got '{row['id']}'", classes_of(targets))
        self._content = hashlib.sha256(self._content + digest).digest()
        self.tally.add(row)
        self._shards.add(row)
        return None

    def _commit(self) -> None:
        """Write down how far everything on the disk goes, data first."""
        done = {"shards": self._shards.commit(), "quarantine": self.quarantine.commit()}
        done |= {"pictures": self.pictures.commit(), "skipped": self.skipped, "doubts": self.tally.readings.doubts()}
        done |= {"without": self.without, "items": self.items, "content": self._content.hex()}
        write_json(self._folder / PROGRESS, done)
        self._committed = time.monotonic()

    def _replay(self, batch: Mapping[str, Any]) -> None:
        """Count rows that are stored already."""
        names = list(batch)
        for values in zip(*(column.to_pylist() for column in batch.values()), strict=True):
            row = dict(zip(names, values, strict=True))
            self._seen.add(normal(row["id"]))
            self.tally.add(row | {"image": row["sha256"]})


class _Again:
    """Columns of the shards, which can be gone through several times."""

    def __init__(self, shards: Shards, columns: Sequence[str]) -> None:
        self._shards, self._columns = shards, columns

    def __iter__(self) -> Any:
        return self._shards.batches(self._columns)


def _progress(folder: Path) -> dict[str, Any]:
    """The last commit; without one, or if it is out of date, the folder is emptied."""
    try:
        done = json.loads(regular(folder / PROGRESS).read_text())
        if not _outdated(folder, done):
            return done
    except (OSError, ValueError, VBGError):
        pass  # nothing was committed, or not to its end
    shutil.rmtree(folder)
    folder.mkdir()
    return {}


def _outdated(folder: Path, done: Mapping[str, Any]) -> bool:
    """Whether a picture changed since: an item more or less in front of the others would shift them all."""
    pictures = Pictures(folder, done.get("pictures", 0))
    pictures.abandon()
    return pictures.changed()
