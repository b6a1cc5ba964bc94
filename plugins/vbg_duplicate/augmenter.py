"""The augmenter component `duplicate`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from vbg_framework import Augmenter, Origin, Record, Request, TrainView


class Duplicate(Augmenter):
    """Copies real training records of the class asked for, each as often as the others.

    A control: copies alone raise the scores of scarce classes, so an augmenter is worth only what it adds to that.
    Set `loop: {copies: false}`, or every record is dropped as a near copy.
    """

    digital_source = "algorithmicallyEnhanced"

    def generate(self, requests: Sequence[Request], train: TrainView, *, seed: int) -> Iterator[Record | None]:
        """Yield a copy of a record that matches, or None if none does."""
        turns: dict[tuple[Any, ...], Iterator[int]] = {}
        for request in requests:
            key = tuple(sorted(request.items()))
            turns.setdefault(key, _turns(train.matching(request), np.random.default_rng(seed)))
            result = next(turns[key], None)
            yield None if result is None else _copy(train[result])


def _turns(members: Sequence[int], generator: np.random.Generator) -> Iterator[int]:
    """Every member once in random order, then again."""
    while members:
        yield from generator.permutation(members).tolist()


def _copy(record: Record) -> Record:
    return replace(record, origin=Origin(sources=(record.id,)))
