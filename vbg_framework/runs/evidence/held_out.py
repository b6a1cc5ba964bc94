"""Probabilities of labels by models that did not learn from the record. n records, C classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.utils.extmath import randomized_svd

from vbg_framework.base.seeds import derive
from vbg_framework.learning.features.cross_folds import object_folds

COMPONENTS = 256
STRENGTHS = (1.0, 10.0, 100.0)
FOLDS = 5
REPEATS = 5
"""Divisions into folds over which probabilities are averaged."""


def cross_fitted(x: np.ndarray, labels: np.ndarray, classes: int, clusters: Sequence[str], seed: int) -> np.ndarray:
    """(n, C) probabilities by logistic regressions that saw no record of the same object.

    The strength is the one of `STRENGTHS` (inverse of the penalty) with the smallest log loss over the first division
    into folds; probabilities are the mean over five divisions.

    Args:
        x: (n, D) vectors of mean squared length about 1; more than 256 numbers become principal components.
        labels: (n,) the given classes, -1 = none.
        classes: C.
        clusters: n names of objects.
        seed: of the folds.
    """
    x = _reduced(x, seed)
    known, named = np.flatnonzero(labels >= 0), np.array(clusters, dtype=object)
    count = min(FOLDS, len(set(named[known])))
    if count < 2 or len(set(labels[known])) < 2:
        return np.full((len(x), classes), 1 / classes)
    seeds = [seed, *(derive(seed, f"division {number}") for number in range(1, REPEATS))]
    first, *others = [object_folds(labels[known], named[known].tolist(), count, each) for each in seeds]
    tried = [_answers(x, labels, classes, known, first, strength) for strength in STRENGTHS]
    losses = [-np.log(np.maximum(p[known, labels[known]], 1e-6)).mean() for p in tried]
    best = int(np.argmin(losses))
    more = [_answers(x, labels, classes, known, folds, STRENGTHS[best]) for folds in others]
    return np.mean([tried[best], *more], axis=0)


def _answers(
    x: np.ndarray, labels: np.ndarray, classes: int, known: np.ndarray, folds: Sequence[Any], strength: float
) -> np.ndarray:
    """Records without a label are answered by the mean of the folds."""
    answers, unlabelled = np.zeros((len(x), classes)), np.flatnonzero(labels < 0)
    for learn, held in folds:
        fitted = LogisticRegression(C=strength, max_iter=1000).fit(x[known[learn]], labels[known[learn]])
        answers[np.ix_(known[held], fitted.classes_)] = fitted.predict_proba(x[known[held]])
        if len(unlabelled):
            answers[np.ix_(unlabelled, fitted.classes_)] += fitted.predict_proba(x[unlabelled]) / len(folds)
    return answers


def _reduced(x: np.ndarray, seed: int) -> np.ndarray:
    most = min(COMPONENTS, len(x) - 1)
    if x.shape[1] <= most:
        return x
    centred = x - x.mean(0)
    return centred @ randomized_svd(centred, most, random_state=derive(seed, "components") % 2**32)[2].T
