"""The training pictures and what is known of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vbg_diffusion_lora.captions import Captions, Facts
from vbg_framework import TrainView
from vbg_framework.screen import Screen
from vbg_framework.toolkit import letterbox


class Shot(NamedTuple):
    """A training record with a picture and a class.

    Args:
        place: its position in the training view.
        facts: what is known of it.
    """

    place: int
    facts: Facts


def survey(train: TrainView, captions: Captions, screen: Screen) -> list[Shot]:
    """Find the records to learn from, in order."""
    results = []
    with screen.progress("Looking at pictures", len(train)) as bar:
        for index in range(len(train)):
            record = train[index]
            facts = captions.facts(record)
            if facts is not None and "image" in record.inputs:
                results.append(Shot(index, facts))
            bar.advance()
    return results


def frequent(shots: Sequence[Shot]) -> list[Shot]:
    """Those of classes with at least as many pictures as the median class."""
    counts = Counter(shot.facts.name for shot in shots)
    least = median(counts.values())
    return [shot for shot in shots if counts[shot.facts.name] >= least]


def squares(train: TrainView, shots: Sequence[Shot], side: int) -> Iterator[Image.Image]:
    """The pictures, each whole in a square of `side` pixels: never cut, never mirrored."""
    for shot in shots:
        yield letterbox(train[shot.place].inputs["image"], side)


def as_pixels(pictures: Sequence[Image.Image]) -> Tensor:
    """Pictures of one size, to (B, 3, S, S) in -1..1."""
    stacked = np.stack([np.asarray(picture) for picture in pictures])
    return torch.from_numpy(stacked).permute(0, 3, 1, 2).float() / 127.5 - 1


def members(shots: Sequence[Shot]) -> list[list[int]]:
    """Positions in `shots` of each class, so that all classes can be drawn equally often."""
    results: dict[str, list[int]] = {}
    for number, shot in enumerate(shots):
        results.setdefault(shot.facts.name, []).append(number)
    return list(results.values())
