"""Calibration and prediction sets of a trained model. n records.

Both are learnt on the validation split, after training.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from vbg_framework.config.part import Part
from vbg_framework.config.plugins import installed
from vbg_framework.contracts.calibration import Calibration, NothingLearnt
from vbg_framework.contracts.record import Task
from vbg_framework.learning.evaluation.calibration import calibrated_error


@dataclass(frozen=True)
class Confidence:
    """What was learnt about the probabilities of one task.

    Args:
        method: name of the calibration; empty = none.
        learnt: what it learnt; empty = the probabilities stay as they are.
        least: a class belongs to the prediction set if it is at least so probable, 0..1; None = no sets. Source: split
            conformal prediction with the score 1 - p, Sadinle, Lei & Wasserman, Least Ambiguous Set-Valued
            Classifiers, JASA 2019.
        note: why nothing was learnt although that was asked for; empty = it was, or nothing was asked for.
    """

    method: str = ""
    learnt: Mapping[str, Any] = field(default_factory=dict)
    least: float | None = None
    note: str = ""

    @classmethod
    def read(cls, known: Mapping[str, Any]) -> Confidence:
        """What `asdict` made of one, by this or an earlier version, which knew temperatures alone."""
        more = {key: known[key] for key in ("least", "note") if key in known}
        if "method" in known:
            return cls(known["method"], known.get("learnt") or {}, **more)
        number = known.get("temperature", 1.0)
        return cls(*(("temperature", {"temperature": number}) if number != 1 else ()), **more)

    @property
    def temperature(self) -> float | None:
        """What logits are divided by; 1 = nothing was learnt; None = they are changed in another way."""
        return self.learnt.get("temperature") if self.learnt else 1.0

    def probabilities(self, result: np.ndarray, *, multi_label: bool) -> np.ndarray:
        """(n, C) probabilities of the model -> calibrated ones."""
        if not self.learnt:
            return result
        component, _ = installed().component("calibration", self.method, where="calibration")
        kind: type[Calibration] = component.load()
        return kind.apply(result, self.learnt, multi_label)

    def sets(self, result: np.ndarray, classes: Sequence[str]) -> list[list[str]]:
        """(n, C) calibrated probabilities -> the classes that may be right, the most probable one first and always."""
        least = 1.0 if self.least is None else self.least
        ranked = np.argsort(-result, axis=1, kind="stable")
        return [
            [classes[i] for index, i in enumerate(order) if index == 0 or row[i] >= least]
            for row, order in zip(result, ranked, strict=True)
        ]


def learn_confidence(
    coverage: float | None, rule: Part[Any] | None, task: Task, result: np.ndarray, targets: np.ndarray
) -> Confidence:
    """Learn from the validation split; without labels there is nothing to learn.

    Args:
        coverage: nominal coverage of prediction sets; None = no sets.
        rule: the calibration; None = the probabilities stay as they are.
        task: of these answers; a multi-label task has no sets.
        result: (n, C) probabilities of the model.
        targets: (n,) class indices, -1 = missing; for a multi-label task (n, C), a row of -1 = missing.
    """
    known = (targets != -1).all(1) if task.multi_label else targets != -1
    result, targets = result[known].astype(np.float64), targets[known]
    if not len(targets):
        return Confidence()
    confidence = _calibrated(rule, result, targets, task.multi_label) if rule else Confidence()
    if task.multi_label or coverage is None:
        return confidence
    right = confidence.probabilities(result, multi_label=False)[np.arange(len(targets)), targets]
    return replace(confidence, least=least_probability(right, coverage))


def _calibrated(rule: Part[Any], result: np.ndarray, targets: np.ndarray, multi_label: bool) -> Confidence:
    name = f"{rule.plugin.name}:{rule.component.name}"  # whatever is installed later
    try:
        return Confidence(name, dict(rule.make().learn(result.copy(), targets.copy(), multi_label)))
    except NothingLearnt as told:
        return Confidence(name, note=told.what)


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
    results: Mapping[str, Any],
    targets: Mapping[str, Any],
) -> dict[str, dict[str, Any]]:
    """What was learnt, the coverage and mean size of prediction sets on a split, and its calibration error by chance.

    Args:
        confidence: task -> what was learnt.
        tasks: task -> Task.
        results: task -> (n, C) calibrated probabilities.
        targets: task -> as `learn_confidence` takes them.
    """
    return {
        name: {
            **asdict(each),
            "temperature": each.temperature,
            **_measured(each, tasks[name], results[name], targets[name]),
            **_by_chance(tasks[name], results[name], targets[name]),
        }
        for name, each in confidence.items()
    }


def _measured(confidence: Confidence, task: Task, result: np.ndarray, targets: np.ndarray) -> dict[str, Any]:
    if confidence.least is None:
        return {}
    known = targets != -1
    sets = confidence.sets(result[known], task.classes)
    held = [task.classes[target] in names for target, names in zip(targets[known], sets, strict=True)]
    return {"coverage": _mean(held), "set_size": _mean([len(names) for names in sets])}


def _by_chance(task: Task, result: np.ndarray, targets: np.ndarray) -> dict[str, list[float]]:
    """Calibration error of probabilities that come true, mean and 95th percentile; with one label per record."""
    known = None if task.multi_label else result[targets != -1]
    return {} if known is None or not len(known) else {"ece_by_chance": list(calibrated_error(known.max(1)))}


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return float(np.mean(numbers)) if numbers else None
