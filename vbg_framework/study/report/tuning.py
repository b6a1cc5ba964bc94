"""What the trials of every arm led to, as the page of a study shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

from vbg_framework.report.page import number
from vbg_framework.study.comparison.analysis import Analysis
from vbg_framework.study.comparison.tuned import Tuned
from vbg_framework.study.conclusion.phrases import duration, title
from vbg_framework.study.tuning.choice import brief, words


def tuning(analysis: Analysis) -> dict[str, Any] | None:
    """A row per arm, and below it all its trials; None without tuning."""
    if not analysis.tuning:
        return None
    arms: dict[str, list[Tuned]] = {}
    for each in analysis.tuning:
        arms.setdefault(each.arm, []).append(each)
    rows = [{"arm": arm, "chosen": _chosen(found), "trials": _count(found), "seconds": _took(found),
             "all": [row for each in found for row in _trials(each)]} for arm, found in arms.items()]  # fmt: skip
    return {"metric": title(analysis.tuning[0].metric), "task": analysis.tasks[0], "rows": rows}


def _chosen(found: Iterable[Tuned]) -> str:
    """Option by option, what was chosen over all divisions of the data."""
    values: dict[str, list[Any]] = {}
    for each in found:
        for key, value in each.params.items():
            values.setdefault(key, []).append(value)
    return "; ".join(f"{key} {_spread(known)}" for key, known in values.items()) or "nothing to choose"


def _spread(values: list[Any]) -> str:
    """Median and ends of numbers; of anything else how often it was chosen."""
    if len(values) > 1 and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return f"{brief(median(values))} ({brief(min(values))} to {brief(max(values))})"
    counts = Counter(map(brief, values))
    return counts.popitem()[0] if len(counts) == 1 else ", ".join(f"{name} ({n}x)" for name, n in counts.most_common())


def _count(found: Iterable[Tuned]) -> str:
    each, divisions = max(len(one.trials) for one in found), sum(1 for _ in found)
    return f"{each} x {divisions}"


def _took(found: Iterable[Tuned]) -> str:
    return duration(sum(each.seconds for each in found))


def _trials(each: Tuned) -> list[Mapping[str, Any]]:
    return [
        {"replicate": each.replicate, "trial": n, "params": words(trial["params"]) or "nothing to choose",
         "score": number(trial["score"]), "seconds": duration(trial["seconds"]), "chosen": n == each.chosen}
        for n, trial in enumerate(each.trials, start=1)
    ]  # fmt: skip
