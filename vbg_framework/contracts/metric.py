"""The interface of a metric. Light: numpy only. n records with a label, C classes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from vbg_framework.contracts.record import Task


@dataclass(frozen=True)
class Outcomes:
    """The answers for one task beside the truth; records without a label are left out.

    Args:
        task: with its `classes`, in the order of the columns.
        probabilities: (n, C) float64 in 0..1; rows sum to 1, except for a multi-label task.
        truth: (n, C) bool, True = the record carries the class.
        predicted: (n, C) bool: the most probable class, or for a multi-label task those of probability 0.5 or more.
        per_class: `precision`, `recall`, `f1`, `average_precision`, `roc_auc` and `support` (records that carry the
            class), (C,) each; NaN = undefined.
    """

    task: Task
    probabilities: np.ndarray
    truth: np.ndarray
    predicted: np.ndarray
    per_class: Mapping[str, np.ndarray]


class Metric(ABC):
    """One number that says how good the answers for a task are.

    It can select the best step (`train.metric`), decide a study (`metric`), and stands in reports. It is computed in
    one process for one task at a time; the order of the records does not matter.

    Args:
        config: the options, an instance of the component's `Config` class.

    Attributes:
        title: what reports call it.
        meaning: what it says, in a few words without a full stop.
        higher_is_better: the direction.
        range: smallest and largest value; infinite where there is none.
        probabilistic: whether it reads probabilities; else `predicted` alone decides.
        multi_label: the kind of task it is defined for; None = both.
    """

    title: ClassVar[str]
    meaning: ClassVar[str]
    higher_is_better: ClassVar[bool] = True
    range: ClassVar[tuple[float, float]] = (0.0, 1.0)
    probabilistic: ClassVar[bool] = False
    multi_label: ClassVar[bool | None] = None

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def value(self, outcomes: Outcomes) -> float | None:
        """The number; None where it is undefined. There is at least one record."""
