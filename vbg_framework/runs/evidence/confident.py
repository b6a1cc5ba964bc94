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


def margins(p: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(n,) -1..1: probability of the given class less that of the most probable other; low = to doubt."""
    rows = np.arange(len(p))
    others = p.copy()
    others[rows, labels] = -1
    return p[rows, labels] - others.max(1)
