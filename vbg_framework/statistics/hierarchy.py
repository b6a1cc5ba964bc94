"""The uncertainty of one fixed test split: its objects are drawn again as well as the replicates."""

from __future__ import annotations

import numpy as np

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.statistics.interval import Interval
from vbg_framework.statistics.outcomes import Outcomes, Runs, shared


def hierarchical(
    arm: Runs,
    control: Runs,
    *,
    metric: str = "macro_f1",
    alpha: float = 0.05,
    resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    """Interval of the mean difference of two arms on one test split, for objects like these and runs like these.

    Objects are drawn with replacement, the same for both arms and all replicates, and the metric is computed anew;
    views of an object stay together. Independently replicates are drawn, and how far their mean moves is added. One
    fewer is drawn of each than there are: with few of them the spread would otherwise come out too small (Rao and Wu,
    "Resampling inference with complex survey data", JASA 83, 1988). The interval holds the middle 1 - alpha. Drawing
    replicates and objects in one go (Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1, 2007) counts
    three times what is peculiar to a replicate and an object together; the sum counts it twice.

    Args:
        arm: replicate -> outcomes; of the same records for all replicates of both arms.
        control: the same for the control.
        metric: `macro_f1` (over the classes that occur in the truth drawn) or `accuracy` (all classes right).
        alpha: 1 - coverage.
        resamples: how often is drawn.
        seed: decides the draws.

    Raises:
        VBGError: unknown metric, the arms share no replicate, replicates differ in their records, or all records are
            of one object.
    """
    if metric not in METRICS:
        raise VBGError("hierarchical", f"unknown metric '{metric}'", did_you_mean(metric, METRICS))
    replicates = shared(arm, control)
    first = arm[replicates[0]]
    shared(dict.fromkeys(replicates, first), arm)
    names, objects = np.unique(first.objects, return_inverse=True)
    if len(names) < 2:
        raise VBGError("hierarchical", "needs 2 objects or more, got 1")
    draws = np.random.default_rng(seed)
    value = METRICS[metric]

    def differences(weights: np.ndarray) -> np.ndarray:  # (S, G) -> (S, R)
        return np.stack([value(weights, arm[r], objects) - value(weights, control[r], objects) for r in replicates], 1)

    seen = differences(np.ones((1, len(names))))[0]  # (R,)
    by_object = differences(_draw(draws, len(names), resamples)).mean(1)  # (S,)
    by_replicate = _draw(draws, len(replicates), resamples) @ seen / len(replicates) - seen.mean()
    return Interval(*np.quantile(by_object + by_replicate, [alpha / 2, 1 - alpha / 2]).tolist())


def _draw(draws: np.random.Generator, size: int, resamples: int) -> np.ndarray:
    """(S, size) how often each is drawn when all but one are, scaled to a mean of 1."""
    drawn = max(size - 1, 1)
    return draws.multinomial(drawn, np.full(size, 1 / size), resamples) * (size / drawn)


def weighted_macro_f1(weights: np.ndarray, outcomes: Outcomes, objects: np.ndarray) -> np.ndarray:
    """(S,) macro-F1 over the classes that have weight, under (S, G) weights of objects; `objects` (n,) numbers them."""
    hits = weights @ _per_object(outcomes.truth & outcomes.predicted, objects)  # (S, C)
    support = weights @ _per_object(outcomes.truth, objects)
    named = weights @ _per_object(outcomes.predicted, objects)
    seen = support > 0
    f1 = np.where(seen, 2 * hits / np.maximum(support + named, 1e-12), 0)
    return f1.sum(1) / np.maximum(seen.sum(1), 1)


def weighted_accuracy(weights: np.ndarray, outcomes: Outcomes, objects: np.ndarray) -> np.ndarray:
    """(S,) share of records whose classes are all right, under (S, G) weights of objects."""
    right = (outcomes.truth == outcomes.predicted).all(1)
    counts = weights @ _per_object(np.stack([right, np.ones_like(right)], 1), objects)  # (S, 2)
    return counts[:, 0] / counts[:, 1]


def _per_object(flags: np.ndarray, objects: np.ndarray) -> np.ndarray:
    """(G, C) counts of (n, C) flags."""
    counts = np.zeros((objects.max() + 1, flags.shape[1]))
    np.add.at(counts, objects, flags)
    return counts


METRICS = {"macro_f1": weighted_macro_f1, "accuracy": weighted_accuracy}
"""What `hierarchical` can resample."""
