"""Thresholds for generated records, from out-of-fold predictions on real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import euclidean_distances

from vbg_framework.generation.verification.witness import Features

LETS_THROUGH = 0.05
"""Most records of other classes that may pass for a class."""
BETWEEN = 0.1
"""Most pictures made half of a class and half of another that may pass for it."""
RECOGNISES = 0.8
"""Smallest share of its own records that must pass, or else a class cannot be judged."""
CONFIRMS = 0.5
"""Smallest share of its own records that must pass where a label may be left out, as any but the class asked for."""
MORE_LIKELY = 0.5
"""Probability of a class that is enough, where few records of others and few strangers reach it."""
WIDER = 2
"""Largest distance of a class whose records lie further apart than most, as a multiple of that of all records."""


@dataclass(frozen=True)
class Rule:
    """When a witness confirms a class.

    Args:
        least: probability of the class that it takes.
        recall: share of held-out real records of the class that pass.
        lets_through: share of held-out real records of other classes that pass.
        records: held-out real records of the class.
    """

    least: float
    recall: float
    lets_through: float
    records: int

    @property
    def judges(self) -> bool:
        """Whether the witness can tell this class from the others."""
        return self.recall >= RECOGNISES and self.lets_through <= LETS_THROUGH

    @property
    def confirms(self) -> bool:
        """Whether the witness can confirm this class, though it may not recognise many of its records."""
        return self.recall >= CONFIRMS and self.lets_through <= LETS_THROUGH


def rules(
    probabilities: np.ndarray, codes: np.ndarray, miss: float = 1, between: np.ndarray | None = None
) -> list[Rule]:
    """One rule per class.

    Its probability is one half, or less if all but a share `miss` of the class's own records do not reach that
    (class-conditional conformal prediction: Vovk 2012), raised until few records of other classes do, and
    few pictures that show this class and another one.

    Args:
        probabilities: (n, C), of real records that were held out when the witness learnt.
        codes: (n,) their classes, -1 = without a label.
        miss: share of a class's own records that may fail before half is not asked for; 1 = half is always asked for.
        between: (m, C) probabilities of held-out pictures made of two classes, for these two; NaN for all others.
    """
    strangers = np.empty((0, probabilities.shape[1])) if between is None else between
    return [_rule(probabilities[codes == code, code], probabilities[(codes >= 0) & (codes != code), code],
                  strangers[np.isfinite(strangers[:, code]), code], miss)
            for code in range(probabilities.shape[1])]  # fmt: skip


def _rule(mine: np.ndarray, theirs: np.ndarray, strangers: np.ndarray, miss: float) -> Rule:
    mine = np.sort(mine)
    if not len(mine):
        return Rule(1.0, 0.0, 0.0, 0)
    least = min([*mine[int(miss * len(mine)) :][:1], MORE_LIKELY])
    for wrong, share in ((theirs, LETS_THROUGH), (strangers, BETWEEN)):
        if len(wrong):
            least = max(least, np.nextafter(np.sort(wrong)[::-1][int(share * len(wrong))], 2))
    passed = float((theirs >= least).mean()) if len(theirs) else 0.0
    return Rule(float(least), float((mine >= least).mean()), passed, len(mine))


def nearest(features: Features, codes: np.ndarray, known: Features, known_codes: np.ndarray) -> np.ndarray:
    """(n,) distance of each record to the nearest known one of its own class; infinite if there is none.

    Args:
        features: (n, D).
        codes: (n,) classes.
        known, known_codes: of the records to compare with.
    """
    result = np.full(features.shape[0], np.inf)
    for code in np.unique(codes[codes >= 0]).tolist():
        rows, others = np.flatnonzero(codes == code), np.flatnonzero(known_codes == code)
        if len(others):
            result[rows] = euclidean_distances(features[rows], known[others]).min(axis=1)
    return result


def limit(distances: Sequence[float] | np.ndarray, miss: float) -> float:
    """The distance that all but a share `miss` of held-out real records keep within; infinite ones do not count."""
    finite = np.sort(np.asarray(distances)[np.isfinite(distances)])
    return float(finite[min(len(finite) - 1, int(np.ceil((1 - miss) * len(finite))))]) if len(finite) else np.inf
