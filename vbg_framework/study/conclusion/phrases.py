"""Numbers of a study as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbg_framework.learning.evaluation.metrics import metric_class
from vbg_framework.statistics import Interval
from vbg_framework.statistics.limits import short
from vbg_framework.study.comparison.comparisons import AUGMENTERS, COPIES, Compared
from vbg_framework.study.comparison.results import SCARCE, WORST, higher_is_better

if TYPE_CHECKING:
    from vbg_framework.study.comparison.analysis import Analysis

OWN = {
    "recall_many": ("Recall, frequent classes", "mean over classes with many training records"),
    "recall_medium": ("Recall, medium classes", "mean over classes between frequent and scarce"),
    "recall_few": ("Recall, scarce classes", "mean over classes with few training records"),
    SCARCE: ("Recall of the scarce classes", "mean over the classes whose training objects were cut"),
    WORST: ("Recall of the worst class", "of every replicate the class that is recognised least"),
}
OF = {COPIES: "copying as many real records", AUGMENTERS: "real records alone"}
SAID = {
    "better": "better than {}",
    "worse": "worse than {}",
    "equivalent": "neither better nor worse than {}",
    "unclear": "not shown to be better or worse than {}",
}
"""Verdict -> how it is said of an arm and what it was held against."""
FEW = 6
"""Arms up to which each model gets a sentence of its own; of more, the plot tells."""
POINT = 100  # points in 1
MINUS = "\u2212"


def title(metric: str) -> str:
    """What a metric is called in reports."""
    return OWN[metric][0] if metric in OWN else metric_class(metric).title


def decided(analysis: Analysis, task: str, metric: str) -> str:
    """What tells a task and a metric from the others that decide: whichever of the two there are several of."""
    parts = [name(metric)] if len(analysis.metrics) > 1 else []
    return ", ".join([task, *parts] if len(analysis.tasks) > 1 or not parts else parts)


def meaning(metric: str) -> str:
    """What a metric says, in a few words."""
    return OWN[metric][1] if metric in OWN else metric_class(metric).meaning


def name(metric: str) -> str:
    """What a metric is called within a sentence."""
    said = title(metric)
    return said if said[1].isupper() else said[0].lower() + said[1:]


def points(value: float | None) -> str:
    """A difference of metrics in points (hundredths), with its sign; a dash where there is none."""
    if value is None:
        return "—"
    rounded = round(POINT * value, 1)
    return f"{rounded:+.1f}".replace("-", MINUS) if rounded else "0.0"


def span(interval: Interval | None) -> str:
    """An interval of differences in points; a dash where there is none."""
    return "—" if interval is None else f"{points(interval.low)} to {points(interval.high)}"


def level(alpha: float) -> str:
    """The level of intervals, such as 95 %."""
    return f"{100 * (1 - alpha):g} %"


def chance(p: float | None) -> str:
    """A p-value; a dash where there is none."""
    return "—" if p is None else "< .001" if p < 0.001 else short(round(p, 3))


def figures(result: Compared, metric: str, alpha: float) -> str:
    """Mean, interval and replicates of one comparison, for the inside of a sentence."""
    d = result.difference
    pairs = f"{d.pairs} {'replicate' if d.pairs == 1 else 'replicates'}"
    better = "" if higher_is_better(metric) else ", lower is better"
    if d.interval is None:
        return f"{name(metric)} {points(d.mean)} points{better}, no interval, {pairs}"
    return f"{name(metric)} {points(d.mean)} points{better}, {level(alpha)} interval {span(d.interval)}, {pairs}"


def duration(seconds: float | None) -> str:
    """Seconds in the unit a person would use; a dash where there are none."""
    if seconds is None:
        return "—"
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"


def joined(names: list[str]) -> str:
    """a, b and c."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else "none"
