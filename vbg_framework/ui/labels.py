"""Labels and answers of many records in one task, as columns. n records, C classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from vbg_framework.contracts.record import Task, classes_of


@dataclass(frozen=True)
class Labels:
    """What n records are called, and what a model calls them.

    Args:
        task: the question, with its classes.
        truth: (n, C) of 0 and 1; all 0 where the label is missing.
        predicted: (n, C) of 0 and 1.
        answered: (n,) where the answer to a record stands in `probabilities`; -1 = it was not asked, or has learnt it.
        probabilities: (m, C).
        sets: m tuples of classes that may be right; empty = there are none.
    """

    task: Task
    truth: csr_array
    predicted: csr_array
    answered: np.ndarray
    probabilities: np.ndarray
    sets: Sequence[Sequence[str]] = ()

    @classmethod
    def unanswered(cls, task: Task, truth: csr_array) -> Labels:
        """Labels of records that no model was asked about."""
        none, nothing = np.full(truth.shape[0], -1), np.zeros((0, len(task.classes)), np.float32)
        return cls(task, truth, csr_array(truth.shape), none, nothing)

    @property
    def labelled(self) -> np.ndarray:
        """(n,) whether the label is known."""
        return np.diff(self.truth.indptr) > 0

    @property
    def wrong(self) -> np.ndarray:
        """(n,) whether the answer is another than the label; False where either is missing."""
        differs = abs(self.truth - self.predicted).sum(1) > 0
        return differs & self.labelled & (self.answered >= 0)

    @property
    def confidence(self) -> np.ndarray:
        """(n,) probability of the answer; with several labels, of the decision that is least sure; NaN without one."""
        p = self.probabilities
        sure = np.maximum(p, 1 - p).min(1, initial=1) if self.task.multi_label else p.max(1, initial=0)
        return np.where(self.answered >= 0, np.append(sure, np.nan)[self.answered], np.nan)

    def has(self, kind: str, name: str) -> np.ndarray:
        """(n,) whether `truth` or `predicted` names a class."""
        matrix: csr_array = getattr(self, kind)
        result = np.zeros(matrix.shape[0], bool)
        result[matrix.tocsc()[:, [self.task.classes.index(name)]].indices] = True
        return result

    def names(self, kind: str, place: int) -> list[str]:
        """The classes of one record."""
        matrix: csr_array = getattr(self, kind)
        codes = matrix.indices[matrix.indptr[place] : matrix.indptr[place + 1]]
        return [self.task.classes[code] for code in sorted(codes)]

    def said(self, place: int) -> list[tuple[str, float]]:
        """Classes and probabilities of one record, the most probable first; nothing if there is no answer."""
        row = int(self.answered[place])
        if row < 0:
            return []
        values = self.probabilities[row]
        return [(self.task.classes[code], float(values[code])) for code in np.argsort(-values, kind="stable")]

    def matrix(self, chosen: np.ndarray) -> np.ndarray:
        """(C, C) counts of the chosen records by label (rows) and answer (columns).

        Args:
            chosen: (n,) of booleans.
        """
        rows = np.flatnonzero(chosen & self.labelled & (self.answered >= 0))
        return (self.truth[rows].T @ self.predicted[rows]).toarray().astype(int)


def one_hot(task: Task, answers: Sequence[Any], rows: np.ndarray, count: int) -> csr_array:
    """(count, C) of 0 and 1 from the answers to the records at `rows`, a class or several each."""
    codes: Mapping[str, int] = {name: code for code, name in enumerate(task.classes)}
    pairs = [(row, codes[name]) for row, each in zip(rows.tolist(), answers, strict=True) for name in classes_of(each)]
    places = np.array(pairs, int).reshape(-1, 2).T
    return csr_array((np.ones(len(pairs)), (places[0], places[1])), shape=(count, len(task.classes)))
