"""Calibration and prediction sets of a trained model. n records.

Both are learnt on the validation split, after training. Nothing of this changes which class is the most probable one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

from vbg_framework.config.experiment import CalibrationConfig
from vbg_framework.contracts.record import Task
from vbg_framework.learning.evaluation.calibration import log_loss

HOTTEST = 20.0
"""Temperatures are sought between its reciprocal and this."""
EDGE = 0.02
"""A logarithm of a temperature so close to that of a bound counts as lying there."""
FLAT = 1e-6
"""So does one at which the loss is lower than at the bound by less than this, in nats."""
TOO_EASY = "validation too easy to calibrate: temperature left at 1"
TOO_HARD = "validation labels contradict the probabilities: temperature left at 1"
NO_MATTER = "no temperature fits the validation labels better than another: left at 1"


@dataclass(frozen=True)
class Confidence:
    """What was learnt about the probabilities of one task.

    Args:
        temperature: logits are divided by it; above 1 for a model that is too sure. Source: Guo et al., On Calibration
            of Modern Neural Networks, 2017.
        least: a class belongs to the prediction set if it is at least so probable, 0..1; None = no sets. Source: split
            conformal prediction with the score 1 - p, Sadinle, Lei & Wasserman, Least Ambiguous Set-Valued
            Classifiers, JASA 2019.
        note: why no temperature was learnt although one was asked for; empty = one was, or none was asked for.
    """

    temperature: float = 1.0
    least: float | None = None
    note: str = ""

    def probabilities(self, found: np.ndarray, *, multi_label: bool) -> np.ndarray:
        """(n, C) probabilities of the model -> calibrated ones."""
        return found if self.temperature == 1 else _cooled(found, self.temperature, multi_label)

    def sets(self, found: np.ndarray, classes: Sequence[str]) -> list[list[str]]:
        """(n, C) calibrated probabilities -> the classes that may be right, the most probable one first and always."""
        least = 1.0 if self.least is None else self.least
        ranked = np.argsort(-found, axis=1, kind="stable")
        return [
            [classes[i] for place, i in enumerate(order) if place == 0 or row[i] >= least]
            for row, order in zip(found, ranked, strict=True)
        ]


def learn_confidence(setup: CalibrationConfig, task: Task, found: np.ndarray, targets: np.ndarray) -> Confidence:
    """Learn from the validation split; without labels there is nothing to learn.

    Args:
        setup: what is wanted.
        task: of these answers; a multi-label task has no sets.
        found: (n, C) probabilities of the model.
        targets: (n,) class indices, -1 = missing; for a multi-label task (n, C), a row of -1 = missing.
    """
    known = (targets != -1).all(1) if task.multi_label else targets != -1
    found, targets = found[known].astype(np.float64), targets[known]
    if not len(targets):
        return Confidence()
    confidence = _calibrated(found, targets, task.multi_label) if setup.temperature else Confidence()
    if task.multi_label or setup.coverage is None:
        return confidence
    right = confidence.probabilities(found, multi_label=False)[np.arange(len(targets)), targets]
    return replace(confidence, least=least_probability(right, setup.coverage))


def least_probability(right: np.ndarray, coverage: float) -> float:
    """The probability that the right class of a new record reaches with at least this coverage.

    It is the k-th largest of the n probabilities, k = ceil((n + 1) coverage), which holds for records drawn like
    those; with too few of them it is 0, and sets hold every class.

    Args:
        right: (n,) probabilities of the right classes of records that were not trained on.
        coverage: wanted share, 0..1.
    """
    k = int(np.ceil((len(right) + 1) * coverage))
    return float(np.sort(right)[::-1][k - 1]) if k <= len(right) else 0.0


def measure(
    confidence: Mapping[str, Confidence],
    tasks: Mapping[str, Task],
    found: Mapping[str, Any],
    targets: Mapping[str, Any],
) -> dict[str, dict[str, Any]]:
    """Temperature and threshold, and the coverage and mean size of prediction sets on a split.

    Args:
        confidence: task -> what was learnt.
        tasks: task -> Task.
        found: task -> (n, C) calibrated probabilities.
        targets: task -> as `learn_confidence` takes them.
    """
    return {
        name: {**asdict(each), **_measured(each, tasks[name], found[name], targets[name])}
        for name, each in confidence.items()
    }


def _measured(confidence: Confidence, task: Task, found: np.ndarray, targets: np.ndarray) -> dict[str, Any]:
    if confidence.least is None:
        return {}
    known = targets != -1
    sets = confidence.sets(found[known], task.classes)
    held = [task.classes[target] in names for target, names in zip(targets[known], sets, strict=True)]
    return {"coverage": _mean(held), "set_size": _mean([len(names) for names in sets])}


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return float(np.mean(numbers)) if numbers else None


def _calibrated(found: np.ndarray, targets: np.ndarray, multi_label: bool) -> Confidence:
    """The temperature at which the labels are least surprising; 1 where that is one of the bounds.

    A split without a mistake has no such temperature: the colder, the better. Wherever the search ends then says
    something about its bounds and nothing about the model.
    """

    def surprise(exponent: float) -> float:
        cooled = _cooled(found, float(np.exp(exponent)), multi_label)
        right = np.where(targets == 1, cooled, 1 - cooled) if multi_label else cooled[np.arange(len(targets)), targets]
        return log_loss(right.ravel())

    limit = float(np.log(HOTTEST))
    best = minimize_scalar(surprise, bounds=(-limit, limit), method="bounded")
    cold, hot = (abs(best.x - edge) < EDGE or surprise(edge) < best.fun + FLAT for edge in (-limit, limit))
    if cold and hot and best.fun > FLAT:
        return Confidence(note=NO_MATTER)
    if cold or hot:
        return Confidence(note=TOO_EASY if cold else TOO_HARD)
    return Confidence(float(np.exp(best.x)))


def _cooled(found: np.ndarray, temperature: float, multi_label: bool) -> np.ndarray:
    """What softmax or sigmoid give if the logits behind these probabilities are divided by the temperature."""
    tiny = np.finfo(np.float64).tiny
    log = np.log(np.maximum(found.astype(np.float64), tiny)) / temperature
    if multi_label:
        other = np.log(np.maximum(1 - found.astype(np.float64), tiny)) / temperature
        return (1 / (1 + np.exp(np.clip(other - log, -700, 700)))).astype(found.dtype)
    powers = np.exp(log - log.max(1, keepdims=True))
    return (powers / powers.sum(1, keepdims=True)).astype(found.dtype)
