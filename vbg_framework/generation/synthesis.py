"""Requests records from an augmenter until every class has its quota; verifies and stores what comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.base.seeds import derive, isolated, seed_everything
from vbg_framework.config.part import Part
from vbg_framework.contracts.interfaces import Augmenter
from vbg_framework.contracts.modality import OWN, Modality
from vbg_framework.contracts.record import Origin, Record
from vbg_framework.contracts.soft_label import soft_complaint
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.data.pictures.image import decode
from vbg_framework.data.pictures.provenance import encode_png
from vbg_framework.data.preparation.item_bytes import stored
from vbg_framework.generation.pool import Chunk, Pool
from vbg_framework.generation.sieve import Sieve, Verdict, image_hash
from vbg_framework.generation.spread import Spread, spread, thumbnail
from vbg_framework.screen import Bar

CHUNK = 64  # requests answered together
REJECTED = ("class", "outlier")  # what an augmenter may learn from
MOST_REJECTED = 256  # records of a round


@dataclass(frozen=True)
class Synthesis:
    """Fills one pool.

    Args:
        augmenter: fitted.
        part: its component, for names and versions.
        view: what it was fitted on.
        sieve: says what is kept.
        tries: how often to ask for what was dropped.
        seed: seed of this pool.
        teaches: whether some of what the judge refuses is kept, for the augmenter to learn from.
        kinds: modality that a plugin offers -> what stores its items.
    """

    augmenter: Augmenter
    part: Part[Any]
    view: TrainView
    sieve: Sieve
    tries: int
    seed: int
    teaches: bool = False
    kinds: Mapping[str, Modality] = field(default_factory=dict)

    def fill(self, pool: Pool, quota: Mapping[str, int], bar: Bar) -> None:
        """Go on from wherever the pool stands. The same pool comes out, however often this was interrupted.

        Raises:
            VBGError: the augmenter yields something that is no answer to the request.
        """
        pool.open()
        self.sieve.kept = _hashes(pool)
        with ThreadPoolExecutor(1) as writer:  # one chunk is written while the next is made
            for wave in range(self.tries):
                self._wave(pool, wave, quota, bar, writer)

    def _wave(self, pool: Pool, wave: int, quota: Mapping[str, int], bar: Bar, writer: ThreadPoolExecutor) -> None:
        before = Counter(e["request"] for chunk in pool.chunks if chunk.wave < wave for e in chunk.kept)
        missing = {name: count - before[name] for name, count in quota.items() if count > before[name]}
        chunks = list(_chunks(_interleaved(missing)))
        done = sum(chunk.wave == wave for chunk in pool.chunks)
        number, rejected = len(pool.kept()), sum(len(chunk.rejected) for chunk in pool.chunks)
        written: Future[None] | None = None
        for index, names in enumerate(chunks[done:], done):
            room = MOST_REJECTED - rejected if self.teaches else 0
            chunk, images = self._chunk(names, wave, index, pool.prefix, number, room)
            if written is not None:
                written.result()
            written = writer.submit(pool.add, chunk, images)
            number, rejected = number + len(chunk.kept), rejected + len(chunk.rejected)
            bar.advance(len(chunk.kept))
        if written is not None:
            written.result()

    def _chunk(
        self, names: Sequence[str], wave: int, index: int, prefix: str, number: int, room: int
    ) -> tuple[Chunk, dict[Any, Any]]:
        """Make and check the records of one chunk; files are named, not yet encoded."""
        seed = derive(self.seed, wave, index)
        requests = [{self.view.task.name: name} for name in names]
        with isolated():
            seed_everything(seed)
            records = list(self.augmenter.generate(requests, self.view, seed=seed))
        self._check(requests, records)
        verdicts = self.sieve(records)
        dropped: dict[str, Counter[str]] = {}
        kept, refused, images = list[dict[Any, Any]](), list[dict[Any, Any]](), dict[str, Callable[[], bytes]]()
        for name, record, verdict in zip(names, records, verdicts, strict=True):
            if verdict.reason is not None or record is None:
                dropped.setdefault(verdict.reason or "refused", Counter())[name] += 1
                if record is not None and verdict.reason in REJECTED and len(refused) < room:
                    identity = f"rejected-{seed % 2**32:08x}-{len(refused):02d}"
                    refused.append(self._entry(record, identity, name, seed, replace(verdict, targets=record.targets)))
                    images |= self._files(record, refused[-1])
                continue
            entry = self._entry(record, f"{prefix}{number + len(kept):06d}", name, seed, verdict)
            images |= self._files(record, entry)
            kept.append(entry)
        lost = {why: dict(counts) for why, counts in dropped.items()}
        labels = _labels(records, verdicts, self.view.task.name)
        return Chunk(wave, dict(Counter(names)), lost, kept, labels, _spread(names, records), refused), images

    def _files(self, record: Record, entry: Mapping[str, Any]) -> dict[str, Callable[[], bytes]]:
        """File name -> what encodes the image of a record, if it has one, and its items of other modalities."""
        files: dict[str, Callable[[], bytes]] = {
            name: partial(stored, self.kinds[modality], modality, record.inputs[modality])
            for modality, name in entry.get("files", {}).items()
        }
        if "image" not in record.inputs:
            return files
        about, kind = {"id": entry["id"], **entry["origin"]}, self.augmenter.digital_source
        image = partial(encode_png, decode(record.inputs["image"]), digital_source=kind, about=about)
        return {**files, entry["image"]: image}

    def _entry(self, record: Record, identity: str, name: str, seed: int, verdict: Verdict) -> dict[Any, Any]:
        """The line of one kept record in `samples.jsonl`."""
        given = record.origin or Origin()
        origin = replace(
            given,
            generator=self.part.component.name,
            version=self.part.plugin.version,
            seed=seed,
            request={self.view.task.name: name},
            train=self.view.fingerprint,
            scores={**given.scores, **verdict.scores},
        )
        kept = {task: shares for task, shares in record.soft.items() if task in verdict.targets}
        soft = {task: dict(shares) for task, shares in {**kept, **verdict.soft}.items()}
        others = {name: f"{identity}.{name}" for name in self.kinds if record.inputs.get(name) is not None}
        return {
            "id": identity,
            "image": f"{identity}.png" if "image" in record.inputs else None,
            "text": record.inputs.get("text"),
            "metadata": record.inputs.get("metadata"),
            "targets": dict(verdict.targets),
            "licence": record.licence,
            "request": name,
            "origin": {**asdict(origin), "sources": list(origin.sources)},
            **({"files": others} if others else {}),
            **({"soft": soft} if soft else {}),
        }

    def _check(self, requests: Sequence[Mapping[str, str]], records: Sequence[Record | None]) -> None:
        where = f"augmenter '{self.part.component.name}'"
        fix = "Report it to the plugin's author; `vbg plugin check` finds such things."
        if len(records) != len(requests):
            raise VBGError(where, f"must answer {len(requests)} requests one by one, got {len(records)} answers", fix)
        for request, record in zip(requests, records, strict=True):
            wrong = None if record is None else _complaint(request, record, self.view, (*OWN, *self.kinds))
            if wrong:
                raise VBGError(where, wrong, fix)


def _labels(records: Sequence[Record | None], verdicts: Sequence[Verdict], first: str) -> dict[str, tuple[int, int]]:
    """Task other than the first -> kept records that claimed a label of it, and those whose label was confirmed."""
    kept = [
        (record, verdict) for record, verdict in zip(records, verdicts, strict=True) if record and not verdict.reason
    ]
    claimed = Counter(task for record, _ in kept for task in record.targets if task != first)
    confirmed = Counter(task for _, verdict in kept for task in verdict.targets)
    return {task: (count, confirmed[task]) for task, count in claimed.items()}


def _spread(names: Sequence[str], records: Sequence[Record | None]) -> Spread:
    pictures = ((name, record.inputs["image"]) for name, record in zip(names, records, strict=True)
                if record is not None and "image" in record.inputs)  # fmt: skip
    return spread((name, thumbnail(decode(image))) for name, image in pictures)


def _complaint(request: Mapping[str, str], record: Record, view: TrainView, modalities: Sequence[str]) -> str | None:
    for task, name in request.items():
        if record.targets.get(task) != name:
            return f"was asked for {task} '{name}', got {record.targets.get(task)!r}"
    for task, label in record.targets.items():
        names = [label] if isinstance(label, str) else label
        if task not in view.tasks or not set(names) <= set(view.tasks[task].classes):
            return f"gave a record the unknown label {task} = {label!r}"
    if not set(record.inputs) & set(modalities):
        return f"gave a record without any of {', '.join(modalities)}, got {sorted(record.inputs)}"
    return soft_complaint(record, view.tasks)


def _hashes(pool: Pool) -> np.ndarray:
    """Perceptual hashes of the images a pool already holds."""
    results = [image_hash(decode(pool.folder / entry["image"])) for entry in pool.kept() if entry["image"]]
    return np.array([code for code in results if code is not None], np.uint8).reshape(-1, 32)


def _interleaved(missing: Mapping[str, int]) -> Iterator[str]:
    """Every class in turn, so that a part of the pool is a fair sample of the whole."""
    left = dict(missing)
    while left:
        for name in list(left):
            yield name
            left[name] -= 1
            if not left[name]:
                del left[name]


def _chunks(names: Iterator[str]) -> Iterator[list[str]]:
    everything = list(names)
    for start in range(0, len(everything), CHUNK):
        yield everything[start : start + CHUNK]
