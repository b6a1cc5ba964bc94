"""Recall per class, and differences between two arms. Pooled over all replicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics.interval import Interval, wilson_interval
from vbg_framework.statistics.limits import OBJECTS_FOR_STAR
from vbg_framework.statistics.outcomes import Runs, shared
from vbg_framework.statistics.pairs import Replicate
from vbg_framework.statistics.significance import holm


@dataclass(frozen=True)
class ClassRecall:
    """One class in one arm.

    Args:
        name: the class.
        correct: tested records of the class that were recognised, over all replicates.
        total: tested records of the class; one counts as often as it was tested.
        objects: different objects among them.
        recall: correct / total; None if there was nothing to test.
        interval: Wilson's, for as many independent cases as the objects stand for; None if there was nothing to test.
    """

    name: str
    correct: int
    total: int
    objects: int
    recall: float | None
    interval: Interval | None


@dataclass(frozen=True)
class ClassDifference:
    """One class, arm minus control, in the replicates both have.

    Args:
        name: the class.
        objects: different objects tested.
        difference: of the two recalls; None if there was nothing to test.
        interval: of the difference; None below 2 objects.
        p: two-sided, goes with the interval.
        p_holm: corrected for all classes with 20 objects or more; None for the others.
        starred: whether the difference may be marked: 20 objects or more, and p_holm at most alpha.
    """

    name: str
    objects: int
    difference: float | None
    interval: Interval | None
    p: float | None
    p_holm: float | None = None
    starred: bool = False


def class_recalls(runs: Runs, classes: Sequence[str], *, alpha: float = 0.05) -> list[ClassRecall]:
    """Recall of every class, pooled over the test splits of all replicates of one arm.

    An object that several replicates test, or that has several views, is not several objects. The interval takes the
    worst case, that all answers about one object are alike: then its records count as total^2 / sum(m^2) independent
    ones, m being the records of each object (Kish, "Survey Sampling", 1965). If all have equally many, that is the
    number of objects.

    Args:
        runs: replicate -> outcomes.
        classes: C names, in the order of the columns.
        alpha: 1 - coverage of the intervals.

    Raises:
        VBGError: the number of classes does not fit.
    """
    pool = _Pool(runs, list(runs), classes)
    return [_recall(pool, number, name, alpha) for number, name in enumerate(classes)]


def class_differences(
    arm: Runs, control: Runs, classes: Sequence[str], *, alpha: float = 0.05
) -> list[ClassDifference]:
    """Difference in recall of every class between two arms that were tested on the same records.

    The unit is the object: all its records of all replicates are added up before anything is compared. Two imaginary
    objects are added, one that the arm gained and one that it lost, so that few objects or no change at all do not give
    an interval without width (after Bonett and Price, "Adjusted Wald confidence interval for a difference of binomial
    proportions based on paired data", Journal of Educational and Behavioral Statistics 37, 2012). A lucky run is lucky
    with many objects at once, so the variance between replicates is added to that between objects.

    Args:
        arm: replicate -> outcomes.
        control: the same for the control.
        classes: C names, in the order of the columns.
        alpha: level of the marks; intervals are of 1 - alpha.

    Raises:
        VBGError: no replicate in common, different test records, or the number of classes does not fit.
    """
    both = shared(arm, control)
    mine, its = _Pool(arm, both, classes), _Pool(control, both, classes)
    results = [_difference(mine, its, number, name, alpha) for number, name in enumerate(classes)]
    enough = [difference for difference in results if difference.objects >= OBJECTS_FOR_STAR]
    corrected = dict(zip((d.name for d in enough), holm([d.p for d in enough]), strict=True))
    return [_marked(difference, corrected.get(difference.name), alpha) for difference in results]


class _Pool:
    """All records of some replicates in one: (n,) object and replicate numbers, (n, C) truth and hits."""

    def __init__(self, runs: Runs, replicates: Sequence[Replicate], classes: Sequence[str]) -> None:
        outcomes = [runs[replicate] for replicate in replicates]
        self.objects = np.concatenate([each.objects for each in outcomes])
        self.replicates = np.repeat(np.arange(len(outcomes)), [len(each.objects) for each in outcomes])
        self.truth = np.concatenate([each.truth for each in outcomes])
        self.hits = self.truth & np.concatenate([each.predicted for each in outcomes])
        if self.truth.shape[1] != len(classes):
            raise VBGError("recall", f"outcomes have {self.truth.shape[1]} classes, got {len(classes)} names")

    def of(self, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Objects, replicates and hits of the records of one class; objects numbered from 0."""
        rows = self.truth[:, number]
        objects = np.unique(self.objects[rows], return_inverse=True)[1]
        return objects, self.replicates[rows], self.hits[rows, number]


def _recall(pool: _Pool, number: int, name: str, alpha: float) -> ClassRecall:
    objects, _, hits = pool.of(number)
    correct, total = int(hits.sum()), len(hits)
    if not total:
        return ClassRecall(name, 0, 0, 0, None, None)
    records = np.bincount(objects)
    interval = wilson_interval(correct / total, total**2 / np.square(records).sum(), alpha=alpha)
    return ClassRecall(name, correct, total, len(records), correct / total, interval)


def _difference(arm: _Pool, control: _Pool, number: int, name: str, alpha: float) -> ClassDifference:
    from scipy import special

    objects, replicates, hits = arm.of(number)
    gains = hits.astype(float) - control.of(number)[2]
    count = len(np.unique(objects))
    mean = float(gains.mean()) if len(gains) else None
    if count < 2:
        return ClassDifference(name, count, mean, None, None)
    middle, error = _middle_and_error(gains, objects, replicates)
    half = special.stdtrit(count - 1, 1 - alpha / 2) * error
    interval = Interval(max(-1.0, float(middle - half)), min(1.0, float(middle + half)))
    return ClassDifference(name, count, mean, interval, float(2 * special.stdtr(count - 1, -abs(middle) / error)))


def _middle_and_error(gains: np.ndarray, objects: np.ndarray, replicates: np.ndarray) -> tuple[float, float]:
    """Mean and standard error of (n,) gains of -1, 0, 1 with two imaginary objects added."""
    per_object = np.bincount(objects, gains)
    size = len(gains) / len(per_object)  # of an imaginary object, in records
    total = len(gains) + 2 * size
    middle = gains.sum() / total
    apart = np.concatenate([per_object - middle * np.bincount(objects), [size * (1 - middle), size * (-1 - middle)]])
    lucky = np.bincount(replicates, gains - gains.mean())
    return middle, float(np.sqrt(_sum_of_squares(apart) / total**2 + _sum_of_squares(lucky) / len(gains) ** 2))


def _sum_of_squares(sums: np.ndarray) -> float:
    """Variance of the total of independent sums; 0 for a single one, of which nothing is known."""
    number = len(sums)
    return float(np.square(sums).sum() * number / (number - 1)) if number > 1 else 0.0


def _marked(result: ClassDifference, p_holm: float | None, alpha: float) -> ClassDifference:
    return replace(result, p_holm=p_holm, starred=p_holm is not None and p_holm <= alpha)
