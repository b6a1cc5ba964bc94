"""What a planned study can find, in the unit of its metrics, from the spread that an earlier one had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import Interval, power, smallest_effect
from vbg_framework.statistics.interval import spread_interval
from vbg_framework.statistics.limits import smallest_p
from vbg_framework.statistics.power import fewest_pairs
from vbg_framework.study.comparison.comparisons import AUGMENTERS, COPIES, MODELS, design_of, differences_of, pairs_of
from vbg_framework.study.comparison.results import Results
from vbg_framework.study.plan import Plan

MOST = 100
"""Replicates up to which a study is planned."""
ENDLESS = 100_000


@dataclass(frozen=True)
class Foreseen:
    """One planned comparison, with the spread of a pilot.

    Args:
        arm, control, task, metric: what is compared.
        pairs: differences that the pilot has, one per division of its data.
        spread: their standard deviation in the unit of the metric; None if there are fewer than two, or all are equal.
        alpha: level of Holm's first step: that of the study / comparisons of the question. The later steps are milder.
        overlap: as for `power`.
        flips: whether p is one of sign flips (a fixed split), which few replicates cannot bring below `alpha`.
    """

    arm: str
    control: str
    task: str
    metric: str
    pairs: int
    spread: float | None
    alpha: float
    overlap: float
    flips: bool

    @property
    def between(self) -> Interval | None:
        """95 % interval of the spread."""
        return spread_interval(self.spread, self.pairs) if self.spread else None

    def chance(self, effect: float, pairs: int) -> float | None:
        """Probability that a study of so many replicates finds an effect; None without a spread."""
        if not self.spread:
            return None
        known = {"alpha": self.alpha, "overlap": self.overlap}
        return power(effect / self.spread, pairs, **known) if pairs >= self._least else 0.0

    def smallest(self, pairs: int, wanted: float) -> float | None:
        """The smallest effect found with the wanted power; None without a spread, or with too few replicates."""
        if not self.spread or pairs < self._least:
            return None
        return self.spread * smallest_effect(pairs, wanted=wanted, alpha=self.alpha, overlap=self.overlap)

    def fewest(self, effect: float, wanted: float, spread: float | None = None) -> int | None:
        """The fewest replicates that find an effect with the wanted power; None without a spread, or beyond `MOST`.

        Args:
            effect: in the unit of the metric, > 0.
            wanted: the power.
            spread: taken in place of the pilot's.
        """
        if not (spread := spread or self.spread):
            return None
        found = fewest_pairs(effect / spread, MOST, wanted=wanted, alpha=self.alpha, overlap=self.overlap)
        return found and max(found, self._least)

    def within_reach(self, effect: float, wanted: float, spread: float) -> bool:
        """Whether any number of replicates finds it; those that divide one data set share what only objects lessen."""
        return power(effect / spread, ENDLESS, alpha=self.alpha, overlap=self.overlap) >= wanted

    @property
    def _least(self) -> int:
        return next(n for n in range(2, MOST) if smallest_p(n) <= self.alpha) if self.flips else 2


def foresee(plan: Plan, pilot: Results) -> list[Foreseen]:
    """Every comparison of an arm that is asked about; controls, which judge the study itself, are left out.

    Args:
        plan: the study to be run.
        pilot: an earlier one, finished or not, of the same data and divided in the same way.

    Raises:
        VBGError: the pilot has no finished run or other divisions, or no comparison of the plan.
    """
    design, name = design_of(pilot), f"--pilot {pilot.plan.study}"
    if design is None:
        raise VBGError(name, "no run of it is finished", "Run it first, or name another study.")
    ours, its = _ways(plan), _ways(pilot.plan)
    if other := next((key for key in ours if ours[key] != its[key]), None):
        what = f"its spread is not that of this study: `{other}` is {its[other]} there and {ours[other]} here"
        raise VBGError(name, what, "Name a study of the same data, divided in the same way.")
    found = list(_comparisons(plan, pilot, design.overlap))
    if not any(each.spread for each in found):
        cells = ", ".join(f"{each.arm} - {each.control} in {each.metric}" for each in found) or "none"
        what = f"tells no spread of what is planned, which is: {cells}. {_why(found)}"
        raise VBGError(name, what, "Name a study of these arms whose differences vary.")
    return found


def _why(found: Sequence[Foreseen]) -> str:
    most = max((each.pairs for each in found), default=0)
    return f"Its differences do not vary in {most} replicates" if most > 1 else f"It has {most} replicates of it"


def _comparisons(plan: Plan, pilot: Results, overlap: float) -> Iterator[Foreseen]:
    for question, controls in pairs_of(plan).items():
        if question not in (MODELS, COPIES, AUGMENTERS):
            continue
        alpha = plan.alpha / max(1, len(controls) * len(plan.cells))
        for arm, control in controls.items():
            for task, metric in plan.cells:
                seen = [v for v in differences_of(pilot, arm, control, metric, task).values() if v is not None]
                varies = len(seen) > 1 and np.ptp(seen) > 1e-12  # less is rounding
                spread, flips = float(np.std(seen, ddof=1)) if varies else None, plan.split == "fixed"
                yield Foreseen(arm, control, task, metric, len(seen), spread, alpha, overlap, flips)


def _ways(plan: Plan) -> dict[str, Any]:
    """What the spread of a study depends on before anything is trained."""
    options = plan.arms[0].options
    split = options.get("split") or {}
    scarce = {key: value for key, value in (split.get("scarce") or {}).items() if key != "seed"}
    known = {f"split.{key}": split.get(key) for key in ("use", "ratios", "folds")}
    draws = max(map(len, plan.divisions))
    return {"data": options.get("data"), "split": plan.split, **known, "split.scarce": scarce, "design.draws": draws}
