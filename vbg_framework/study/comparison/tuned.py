"""What the trials of every arm led to. Light."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vbg_framework.study.comparison.results import Results, higher_is_better
from vbg_framework.study.tuning.choice import best


@dataclass(frozen=True)
class Tuned:
    """The trials of an arm on one division of the data.

    Args:
        arm: its name.
        replicate: the first with these test objects.
        metric: by which they were judged, on validation records.
        trials: `params`, `score` and `seconds` of each, in the order they were made.
        chosen: the number of the best, from 1.
    """

    arm: str
    replicate: int
    metric: str
    trials: Sequence[Mapping[str, Any]]
    chosen: int

    @property
    def params(self) -> Mapping[str, Any]:
        """The options that were chosen."""
        return dict(self.trials[self.chosen - 1]["params"])

    @property
    def seconds(self) -> float:
        """What all trials took."""
        return float(sum(each["seconds"] for each in self.trials))


def tuned(results: Results) -> Iterator[Tuned]:
    """Every arm and division whose runs count, arm by arm."""
    for arm in results.plan.arms:
        homes = {results.plan.home(trial): run for trial, run in results.runs.items() if trial.arm == arm.name}
        for home, run in homes.items():
            if arm.tune and run.trials:
                metric = arm.tune["metric"]
                chosen = best(run.trials, higher=higher_is_better(metric))
                yield Tuned(arm.name, home.replicate, metric, run.trials, 1 + run.trials.index(chosen))
