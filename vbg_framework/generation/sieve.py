"""Which generated records are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from vbg_framework.augmentation import LoopConfig
from vbg_framework.data.clusters import NEAR
from vbg_framework.data.hashes import phash
from vbg_framework.data.image import decode
from vbg_framework.record import Record

REASONS = ("refused", "blank", "copy", "confidence", "duplicate")
"""Why a record is dropped, in the order of the checks. refused: the augmenter could not make one."""
Judge = Callable[[Sequence[Record]], np.ndarray]  # records -> (n,) probability of the class asked for
Hash = np.ndarray  # (32,) uint8: a perceptual hash of 256 bits
NONE = np.empty((0, 32), np.uint8)


@dataclass
class Sieve:
    """Sorts generated records.

    Args:
        config: which checks are made.
        known: (n, 32) uint8, perceptual hashes of every real image, those of validation and test included.
        judge: the previous round's classifier; None in the first round.
        kept: (n, 32) uint8, hashes of the images kept so far; grows.
    """

    config: LoopConfig
    known: np.ndarray
    judge: Judge | None = None
    kept: np.ndarray = field(default_factory=NONE.copy)

    def __call__(self, records: Sequence[Record | None]) -> tuple[list[str | None], list[dict[str, float]]]:
        """Per record the reason to drop it, or None, and what was measured.

        That is `copy_distance`, bits of 256 that differ from the nearest real image, and `confidence`.
        """
        reasons: list[str | None] = ["refused" if record is None else None for record in records]
        scores: list[dict[str, float]] = [{} for _ in records]
        hashes: dict[int, Hash] = {}
        for place, record in enumerate(records):
            if record is not None and "image" in record.inputs:
                code = image_hash(decode(record.inputs["image"]))
                reasons[place] = self._look(code, scores[place])
                if code is not None:
                    hashes[place] = code
        self._ask(records, reasons, scores)
        for place, code in hashes.items():  # last, because it depends on what else is kept
            if reasons[place] is None:
                reasons[place] = self._keep(code)
        return reasons, scores

    def _look(self, code: Hash | None, scores: dict[str, float]) -> str | None:
        if code is None:
            return "blank" if self.config.blank else None
        scores["copy_distance"] = distance = _nearest(code, self.known)
        return "copy" if self.config.copies and distance <= NEAR else None

    def _keep(self, code: Hash) -> str | None:
        if self.config.copies and _nearest(code, self.kept) <= NEAR:
            return "duplicate"
        self.kept = np.vstack([self.kept, code])
        return None

    def _ask(self, records: Sequence[Record | None], reasons: list[str | None], scores: list[dict[str, float]]) -> None:
        """Drop what the last round's classifier does not take for the class asked for."""
        places = [place for place, reason in enumerate(reasons) if reason is None]
        if self.judge is None or self.config.confidence is None or not places:
            return
        found = self.judge([record for place in places if (record := records[place]) is not None])
        for place, confidence in zip(places, found.tolist(), strict=True):
            scores[place]["confidence"] = round(confidence, 4)
            if confidence < self.config.confidence:
                reasons[place] = "confidence"


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
