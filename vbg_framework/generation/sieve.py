"""Which generated records are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from PIL import Image

from vbg_framework.config.augmentation import LoopConfig
from vbg_framework.contracts.record import Record
from vbg_framework.data.pictures.hashes import phash
from vbg_framework.data.pictures.image import decode
from vbg_framework.data.splits.clusters import NEAR
from vbg_framework.generation.originals import MOVED, Originals

REASONS = ("refused", "blank", "copy", "unjudged", "class", "outlier", "duplicate")
"""Why a record is dropped, in the order of the checks. refused: the augmenter could not make one. unjudged: its class
cannot be judged. class: it does not show its class. outlier: no real record is like it."""
Hash = np.ndarray  # (32,) uint8: a perceptual hash of 256 bits
NONE = np.empty((0, 32), np.uint8)


@dataclass(frozen=True)
class Verdict:
    """What becomes of a generated record.

    Args:
        reason: one of `REASONS`, or None = it is kept.
        scores: what was measured: `copy_distance`, bits of 256 that differ from the nearest real image; `confidence`,
            probability of its class; `distance` from real records, 1 = as far as they may be.
        targets: task -> label, as far as it is kept.
        soft: task -> class -> probability, in the place of a label that was claimed and is not kept.
    """

    reason: str | None
    scores: Mapping[str, float]
    targets: Mapping[str, Any]
    soft: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


Judge = Callable[[Sequence[Record]], Sequence[Verdict]]


@dataclass
class Sieve:
    """Sorts generated records.

    Args:
        config: which checks are made.
        known: (n, 32) uint8, perceptual hashes of every real image, those of validation and test included.
        judge: what real records teach of classes and labels; None = not asked.
        originals: the real pictures that copies may be made of, moved ones too; None = not looked for.
        kept: (n, 32) uint8, hashes of the images kept so far; grows.
    """

    config: LoopConfig
    known: np.ndarray
    judge: Judge | None = None
    originals: Originals | None = None
    kept: np.ndarray = field(default_factory=NONE.copy)

    def __call__(self, records: Sequence[Record | None]) -> list[Verdict]:
        """Sort records, one by one."""
        hashes: dict[int, Hash] = {}
        verdicts = [self._look(record, index, hashes) for index, record in enumerate(records)]
        verdicts = self._ask(records, verdicts)
        for place, code in hashes.items():  # last, because it depends on what else is kept
            if verdicts[place].reason is None and self._repeats(code):
                verdicts[place] = replace(verdicts[place], reason="duplicate")
        return verdicts

    def _look(self, record: Record | None, index: int, hashes: dict[int, Hash]) -> Verdict:
        if record is None:
            return Verdict("refused", {}, {})
        if "image" not in record.inputs:
            return Verdict(None, {}, record.targets)
        image = decode(record.inputs["image"])
        code = image_hash(image)
        if code is None:
            return Verdict("blank" if self.config.blank else None, {}, record.targets)
        hashes[index] = code
        distance = _nearest(code, self.known)
        copied = self.config.copies and (distance <= NEAR or self._moved(image, code))
        return Verdict("copy" if copied else None, {"copy_distance": distance}, record.targets)

    def _moved(self, image: Image.Image, code: Hash) -> bool:
        return self.originals is not None and self.originals.likeness(image, code) >= MOVED

    def _ask(self, records: Sequence[Record | None], verdicts: list[Verdict]) -> list[Verdict]:
        """The same with what real records teach; `verify: tell` only notes it."""
        requested = {index: record for index, record in enumerate(records)
                 if record is not None and verdicts[index].reason is None}  # fmt: skip
        if self.judge is None or not requested:
            return verdicts
        results = dict(zip(requested, self.judge(list(requested.values())), strict=True))
        return [self._joined(verdict, results.get(index)) for index, verdict in enumerate(verdicts)]

    def _joined(self, known: Verdict, judged: Verdict | None) -> Verdict:
        if judged is None:
            return known
        scores = {**known.scores, **judged.scores}
        if self.config.verify == "tell":
            return replace(known, scores=scores)
        kept = judged.reason == "unjudged" and self.config.unjudged == "fill"
        soft = judged.soft if self.config.unconfirmed == "soft" else {}
        return Verdict(None if kept else judged.reason, scores, judged.targets, soft)

    def _repeats(self, code: Hash) -> bool:
        """Whether an image is like one that is kept; if not, it is kept."""
        if self.config.copies and _nearest(code, self.kept) <= NEAR:
            return True
        self.kept = np.vstack([self.kept, code])
        return False


def image_hash(image: Image.Image) -> Hash | None:
    """The perceptual hash of an image, or None if it is blank."""
    code = phash(image.convert("L"))
    return None if code is None else unpack([code])[0]


def unpack(codes: Sequence[str]) -> np.ndarray:
    """Perceptual hashes, as a prepared data set holds them, as (n, 32) uint8."""
    return np.frombuffer(bytes.fromhex("".join(codes)), np.uint8).reshape(-1, 32)


def _nearest(code: Hash, known: np.ndarray) -> float:
    """Fewest bits in which a hash differs from known ones; all 256 if there are none."""
    return float(np.bitwise_count(known ^ code).sum(1).min()) if len(known) else 256.0
