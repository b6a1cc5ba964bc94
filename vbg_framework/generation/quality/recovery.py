"""Attribute recovery: whether generated pictures show what was requested."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from scipy.stats import binomtest

from vbg_framework.generation.quality.look import Seen
from vbg_framework.generation.quality.network import FeatureNetwork, carries

Table = dict[str, list[int]]  # class -> right, all


def recovery(made: Seen, unseen: Seen, judge: FeatureNetwork) -> dict[str, Any]:
    """Per task, how often the judge sees the class a generated picture carries.

    This is classification by a network trained on real pictures (Odena, Olah and Shlens, ICML 2017; Shmelkov, Schmid
    and Alahari call it GAN-test, ECCV 2018). Beside it stand both rates of the same classes with equally many
    pictures of each: more than that of unseen real ones cannot be expected, and is not better (`docs/quality.md`).
    For a multi-label task the judge's first choice must be one of the classes carried.

    Returns:
        task -> accuracy, interval (95 %, Wilson), n, per_class (class -> [right, n]), real_per_class, compared
        (classes, n pictures on either side, generated and real: the rates; None = no class has both). A task no
        generated record carries is left out.
    """
    results = {}
    for task, classes in judge.classes.items():
        right, labels = _judged(made, task, judge)
        if labels:
            low, high = binomtest(int(right.sum()), len(right)).proportion_ci(method="wilson")
            results[task] = {
                "accuracy": float(right.mean()),
                "interval": [float(low), float(high)],
                "n": len(right),
                "per_class": (mine := _table(right, labels, classes)),
                "real_per_class": (theirs := _table(*_judged(unseen, task, judge), classes)),
                "compared": _compared(mine, theirs),
            }
    return results


def _judged(seen: Seen, task: str, judge: FeatureNetwork) -> tuple[np.ndarray, list[str]]:
    """(m,) whether the judge is right, and the m labels (of several classes the first), for pictures with a label."""
    carried = [carries(targets, task) for targets in seen.targets]
    answers = [judge.classes[task][code] for code in seen.probabilities[task].argmax(1).tolist()]
    pairs = [(answer in names, names[0]) for answer, names in zip(answers, carried, strict=True) if names]
    return np.array([right for right, _ in pairs], bool), [label for _, label in pairs]


def _compared(made: Table, real: Table) -> dict[str, Any] | None:
    """Both rates over the classes that both sides have, each with as many pictures as the smaller side has of it.

    A class counts by that number; its rate is that of all its pictures, which is the mean over all draws of so many.
    """
    sizes = {name: min(made[name][1], real[name][1]) for name in made.keys() & real.keys()}
    if not sizes:
        return None
    n = sum(sizes.values())
    rates = [sum(size * side[name][0] / side[name][1] for name, size in sizes.items()) / n for side in (made, real)]
    return {"classes": len(sizes), "n": n, "generated": rates[0], "real": rates[1]}


def _table(right: np.ndarray, labels: list[str], classes: tuple[str, ...]) -> Table:
    totals = Counter(labels)
    hits = Counter(label for label, yes in zip(labels, right.tolist(), strict=True) if yes)
    return {name: [hits[name], totals[name]] for name in classes if totals[name]}
