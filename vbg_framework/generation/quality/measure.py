"""All measures of generated records at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vbg_framework.contracts.record import Record
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.generation.quality.copies import memorisation, nearest
from vbg_framework.generation.quality.coverage import coverage
from vbg_framework.generation.quality.diversity import diversity
from vbg_framework.generation.quality.gallery import write_gallery
from vbg_framework.generation.quality.kid import kid
from vbg_framework.generation.quality.look import Seen, look
from vbg_framework.generation.quality.matching import matched
from vbg_framework.generation.quality.network import FeatureNetwork
from vbg_framework.generation.quality.recovery import recovery
from vbg_framework.generation.quality.texts import text_quality
from vbg_framework.screen import Screen

FEW = 20
"""Fewer pairs of pictures say nothing about a distribution."""
SPREADS = ("precision", "recall", "density", "coverage")


def measure(
    records: Sequence[Record],
    train: TrainView,
    held_out: TrainView,
    judge: FeatureNetwork | None,
    *,
    seed: int,
    gallery: Path | None = None,
    screen: Screen | None = None,
) -> dict[str, Any]:
    """Measure generated records against real ones; the result is ready for JSON. Diagnostics: see docs/quality.md.

    Every number about pictures stands beside its reference: the same measure for unseen real pictures in place of
    the generated ones. Both sides of a comparison have equally many records of every class of `train.task`.
    What cannot be measured is None, and `notes` says why.

    Args:
        records: the generated records that were kept; `image` a path, encoded bytes or a PIL image.
        train: the real records that the augmenter learnt from.
        held_out: real records of the training split that neither the augmenter nor the judge learnt from.
        judge: what sees the pictures; None = only texts are measured.
        seed: seed of the draws that make sides equal.
        gallery: folder for thumbnails of nearest training pictures (`write_gallery`); None = none are written.
        screen: where progress is shown.

    Returns:
        network, n, kid, precision, recall, density, coverage, recovery, memorisation, diversity, texts, notes.

    Raises:
        VBGError: an image cannot be read.
    """
    screen, task = screen or Screen(), train.task.name
    made, known, unseen = (
        look(part, task, judge, screen, f"quality: {name}")
        for part, name in ((records, "generated records"), (train, "training records"), (held_out, "unseen records"))
    )
    notes: list[str] = []
    counts = {"records": len(records), "images": len(made), "train": len(known), "held_out": len(unseen)}
    result: dict[str, Any] = {"network": judge.name if judge else None, "n": counts}
    result |= dict.fromkeys(("kid", *SPREADS, "recovery", "memorisation", "diversity", "texts"))
    if judge is None:
        notes.append("Images were not measured: there is no network to see them with.")
    elif not len(made) or not len(known):
        notes.append("Images were not measured: there are no generated or no real ones.")
    else:
        found = nearest(made, known)
        result |= _distribution(made, known, unseen, seed, notes)
        result["recovery"] = recovery(made, unseen, judge)
        result["memorisation"] = memorisation(made, found, known, unseen, notes)
        result["diversity"] = diversity(made, known, seed=seed)
        if gallery is not None:
            write_gallery(gallery, train, made, known, found)
    if made.texts:
        result["texts"] = text_quality(made.texts, known.texts, seed=seed)
    return result | {"notes": notes}


def _distribution(made: Seen, known: Seen, unseen: Seen, seed: int, notes: list[str]) -> dict[str, Any]:
    mine, theirs = (_against(side, known, seed) for side in (made, unseen))
    for name, result in (("generated", mine), ("unseen real", theirs)):
        if result["n"] < FEW:
            what = "KID, precision, recall, density and coverage"
            notes.append(f"{what} need {FEW} {name} images with as many real ones of their classes, got {result['n']}.")
    if mine["n"] < FEW:
        return {}
    enough = theirs["n"] >= FEW
    reference = {key: theirs[key] for key in ("value", "error", "n")} if enough else None
    spreads = {key: {"value": mine[key], "n": mine["n"], "reference": theirs.get(key)} for key in SPREADS}
    return {"kid": {"value": mine["value"], "error": mine["error"], "n": mine["n"], "reference": reference}, **spreads}


def _against(side: Seen, known: Seen, seed: int) -> dict[str, Any]:
    """The measures of one side against the training pictures; without them if they are too few.

    Features are scaled so that the mean square of those of training is 1, or KID would depend on the network's units.
    """
    rows, known_rows = matched(side.classes, known.classes, seed=seed)
    if len(rows) < FEW:
        return {"n": len(rows)}
    scale = np.sqrt(np.mean(np.square(known.features))) or 1.0
    mine, real = side.features[rows] / scale, known.features[known_rows] / scale
    value, error = kid(real, mine)
    return {"n": len(rows), "value": value, "error": error, **coverage(real, mine)}
