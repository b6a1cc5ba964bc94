"""What a metric promises."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np

from vbg_framework.contracts.metric import Metric, Outcomes
from vbg_framework.contracts.record import Task
from vbg_framework.learning.evaluation.metrics import outcomes
from vbg_framework.testing.check import NotApplicable, expect, promise
from vbg_framework.testing.subject import Subject

COUNT = 60
CLOSE = 1e-9


class MetricSubject(Subject):
    """A metric with answers of several qualities."""

    @cached_property
    def metric(self) -> Metric:
        """An instance with the tiny options."""
        made: Metric = self.build()
        return made

    @property
    def kinds(self) -> list[bool]:
        """The kinds of task it is defined for: False = one class per record, True = several."""
        return [many for many in (False, True) if self.kind.multi_label in (None, many)]

    def value(self, result: Outcomes) -> float | None:
        """What it says, or None."""
        return self.metric.value(result)


def answers(many: bool, quality: float, order: np.ndarray | None = None) -> Outcomes:
    """Drawn answers for 60 records of three classes; the last class is scarce.

    Args:
        many: whether a record may carry several classes.
        quality: 0 = wrong, 1 = right and sure.
        order: of the records; None = as drawn.
    """
    draws = np.random.default_rng(0)
    codes = np.arange(COUNT) % 10 // 4  # 24, 24 and 12 records
    targets = (draws.random((COUNT, 3)) < 0.4).astype(int) if many else codes
    truth = targets.astype(float) if many else np.eye(3)[codes]
    noise = draws.random((COUNT, 3))
    wrong = 1 - truth if many else np.roll(truth, 1, axis=1)
    blend = quality * truth + (1 - quality) * (0.5 * noise + 0.5 * wrong)
    result = blend if many else blend / blend.sum(1, keepdims=True)
    rows = np.arange(COUNT) if order is None else order
    return outcomes(Task("kind", many, ("bowl", "vase", "tile")), result[rows], targets[rows])


@promise(
    "metric",
    "A metric is a finite number within its range, or None where it is undefined.",
    cause="a division by the records of a class that has none, NaN, or a `range` that leaves out what can come",
    fix="Return None where a value is undefined, and correct `range`.",
)
def check_value_is_in_range(subject: Any) -> None:
    """Ask for answers from all wrong to all right, for records of one class alone, and for a single record."""
    low, high = subject.kind.range
    for many in subject.kinds:
        whole = [answers(many, quality) for quality in (0.0, 0.3, 0.7, 1.0)]
        for result in [*whole, answers(many, 0.5, np.arange(4)), answers(many, 0.5, np.arange(1))]:
            value = subject.value(result)
            if value is not None:
                expect(isinstance(value, float | int) and math.isfinite(value), "a finite number or None", value)
                expect(low - CLOSE <= value <= high + CLOSE, f"a value in {low}..{high}", value)


@promise(
    "metric",
    "The direction is what `higher_is_better` says: right answers are better than wrong ones.",
    cause="`higher_is_better` left at its default for a loss, or a sign that was turned",
    fix="Set `higher_is_better = False` for a value that falls as answers get better.",
)
def check_right_answers_are_better(subject: Any) -> None:
    """Compare answers that are all right with answers that are all wrong."""
    sign = 1 if subject.kind.higher_is_better else -1
    for many in subject.kinds:
        best, worst = (subject.value(answers(many, quality)) for quality in (1.0, 0.0))
        if best is None or worst is None:
            raise NotApplicable("it is undefined for these answers")
        way = "above" if sign > 0 else "below"
        expect(sign * (best - worst) > 0, f"right answers {way} wrong ones", f"{best:g} and {worst:g}")


@promise(
    "metric",
    "The order of the records changes nothing.",
    cause="a loop that keeps something between records, or a draw",
    fix="Work on the whole arrays, and draw nothing.",
)
def check_order_of_records_does_not_matter(subject: Any) -> None:
    """Turn the records round."""
    for many in subject.kinds:
        there, back = (subject.value(answers(many, 0.6, order)) for order in (None, np.arange(COUNT)[::-1]))
        same = there == back if there is None or back is None else math.isclose(there, back, abs_tol=1e-9)
        expect(same, f"the value {there}", back)


@promise(
    "metric",
    "A metric that is not `probabilistic` reads what was predicted alone.",
    cause="`probabilistic` left at its default by a metric that reads probabilities",
    fix="Set `probabilistic = True`.",
)
def check_probabilities_matter_as_declared(subject: Any) -> None:
    """Ask for other probabilities of the same predictions."""
    if subject.kind.probabilistic:
        return
    for many in subject.kinds:
        result = answers(many, 0.6)
        surer = Outcomes(result.task, result.predicted.astype(float), result.truth, result.predicted, result.per_class)
        there, back = subject.value(result), subject.value(surer)
        expect(there == back, f"the value {there}", back)


@promise(
    "metric",
    "A metric leaves the answers as they are: others read them after it.",
    cause="arithmetic in place, such as `probabilities += ...`, or sorting in place",
    fix="Work on copies.",
)
def check_answers_are_left_alone(subject: Any) -> None:
    """Compare them before and after."""
    for many in subject.kinds:
        result, again = answers(many, 0.6), answers(many, 0.6)
        subject.value(result)
        for name in ("probabilities", "truth", "predicted"):
            same = np.array_equal(getattr(result, name), getattr(again, name))
            expect(same, f"`{name}` as it was", "another one")
