"""Feedback to an augmenter after a round of the loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vbg_framework.contracts.record import Record
from vbg_framework.contracts.train_view import TrainView

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Lesson:
    """What a round taught; everything comes from the training split.

    Args:
        report: what the hook `vbg_round_finished` hears of the round.
        train: the real records to learn from. Before the last round the inner validation part is among them, because
            nothing is measured on it any more.
        need: class -> share of the next round's records, by what the classes lack and how badly they are recognised.
        rejected: records of the round that the judge refused, with what they claimed.
        teacher: a network trained on real pictures alone, another one than the judge: (B, 3, S, S) in -1..1 -> task ->
            (B, C) logits, in the order of the tasks' classes. Gradients reach the pictures. None = there is none.
    """

    report: Mapping[str, Any]
    train: TrainView
    need: Mapping[str, float]
    rejected: Sequence[Record]
    teacher: nn.Module | None
