"""Confident learning: which labels are probably wrong (Northcutt, Jiang & Chuang 2021). n records, C classes.

https://doi.org/10.1613/jair.1.12125
"""

from __future__ import annotations

import numpy as np


def thresholds(p: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(C,) the mean probability of a class over the records that carry it; above 1 for a class that none carries.

    Args:
        p: (n, C) probabilities of records the model did not learn from.
        labels: (n,) the given classes.
    """
    totals, counts = np.zeros(p.shape[1]), np.bincount(labels, minlength=p.shape[1])
    np.add.at(totals, labels, p[np.arange(len(p)), labels])
    return np.where(counts > 0, totals / np.maximum(counts, 1), 2.0)


def confident_classes(p: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(n,) the most probable of the classes that reach their threshold; -1 where none does."""
    reached = np.where(p >= thresholds(p, labels) - 1e-9, p, -1.0)
    return np.where(reached.max(1) >= 0, reached.argmax(1), -1)


def confident_joint(p: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(C, C) counts of records by given class (rows) and confident class (columns); the paper's C matrix."""
    result = confident_classes(p, labels)
    joint = np.zeros((p.shape[1],) * 2, int)
    np.add.at(joint, (labels[result >= 0], result[result >= 0]), 1)
    return joint


def errors_expected(p: np.ndarray, labels: np.ndarray) -> float:
    """How many labels are wrong: the joint, its rows brought to the counts of the given classes, off the diagonal."""
    joint = confident_joint(p, labels).astype(float)
    counts, rows = np.bincount(labels, minlength=p.shape[1]), joint.sum(1)
    shares = np.divide(joint, rows[:, None], out=np.eye(len(joint)), where=rows[:, None] > 0)
    return float((shares * counts[:, None])[~np.eye(len(joint), dtype=bool)].sum())


def ranked(p: np.ndarray, labels: np.ndarray, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Records in the order of the probability of their given class, the smallest first, and which to look at.

    To be looked at are, of as many first records as are confidently of another class than the given one, those to which
    another class is more probable. The first of these may reach no threshold, so they need not be the confident ones.

    Args:
        p: (n, C) probabilities of records the model did not learn from.
        labels: (n,) the given classes.
        ids: (n,) names, which order equal probabilities.

    Returns:
        (n,) places of records, and (n,) bool by place.
    """
    confident = confident_classes(p, labels)
    count = int(((confident >= 0) & (confident != labels)).sum())
    order = np.lexsort((ids, p[np.arange(len(p)), labels]))
    first = np.zeros(len(p), bool)
    first[order[:count]] = True
    return order, first & (p.argmax(1) != labels)
