"""Attribute recovery: whether generated pictures show what was requested."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from scipy.stats import binomtest

from vbg_framework.generation.quality.look import Seen
from vbg_framework.generation.quality.matching import weights
from vbg_framework.generation.quality.network import FeatureNetwork, carries


def recovery(made: Seen, unseen: Seen, judge: FeatureNetwork) -> dict[str, Any]:
    """Per task, how often the judge sees the class a generated picture carries.

    This is classification by a network trained on real pictures (Odena, Olah and Shlens, ICML 2017; Shmelkov, Schmid
    and Alahari call it GAN-test, ECCV 2018), beside the same on unseen real pictures of the same mix of classes: more
    than that cannot be expected. For a multi-label task the judge's first choice must be one of the classes carried.

    Returns:
        task -> accuracy, interval (95 %, Wilson), n, per_class (class -> [right, n]), real (accuracy on unseen real
        pictures, or None), real_n, real_per_class. A task no generated record carries is left out.
    """
    results = {}
    for task, classes in judge.classes.items():
        right, labels = _judged(made, task, judge)
        if labels:
            real_right, real_labels = _judged(unseen, task, judge)
            weight = weights(labels, real_labels)
            low, high = binomtest(int(right.sum()), len(right)).proportion_ci(method="wilson")
            results[task] = {
                "accuracy": float(right.mean()),
                "interval": [float(low), float(high)],
                "n": len(right),
                "per_class": _table(right, labels, classes),
                "real": float(np.average(real_right, weights=weight)) if weight.any() else None,
                "real_n": int(weight.astype(bool).sum()),
                "real_per_class": _table(real_right, real_labels, classes),
            }
    return results


def _judged(seen: Seen, task: str, judge: FeatureNetwork) -> tuple[np.ndarray, list[str]]:
    """(m,) whether the judge is right, and the m labels (of several classes the first), for pictures with a label."""
    carried = [carries(targets, task) for targets in seen.targets]
    answers = [judge.classes[task][code] for code in seen.probabilities[task].argmax(1).tolist()]
    pairs = [(answer in names, names[0]) for answer, names in zip(answers, carried, strict=True) if names]
    return np.array([right for right, _ in pairs], bool), [label for _, label in pairs]


def _table(right: np.ndarray, labels: list[str], classes: tuple[str, ...]) -> dict[str, list[int]]:
    totals = Counter(labels)
    hits = Counter(label for label, yes in zip(labels, right.tolist(), strict=True) if yes)
    return {name: [hits[name], totals[name]] for name in classes if totals[name]}
