"""The augmenter component `embedding_smote`. n vectors, D features."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from imblearn.over_sampling import SMOTE

from vbg_framework import Augmenter
from vbg_framework.toolkit import with_new_vectors


class EmbeddingSmote(Augmenter):
    """SMOTE between the vectors of scarce classes (Chawla et al. 2002, https://arxiv.org/abs/1106.1813).

    A new vector has its class and no label of other tasks. A class with a single record lies between nothing and stays
    as it is; so does everything if no other class has records.
    """

    def resample(
        self, x: np.ndarray, targets: Mapping[str, np.ndarray], *, task: str, wanted: Sequence[int], seed: int
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Return the vectors, followed by new ones, class by class."""
        known = targets[task] >= 0
        pieces = list(self._between(x[known], targets[task][known], wanted, seed % 2**32))
        return with_new_vectors(x, targets, task=task, pieces=pieces)

    def _between(
        self, x: np.ndarray, codes: np.ndarray, wanted: Sequence[int], seed: int
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """New vectors and their classes; classes with as many neighbours to choose from come together."""
        counts = np.bincount(codes, minlength=len(wanted))
        neighbours = np.minimum(self.config.neighbours, counts - 1)
        asked = (np.asarray(wanted) > 0) & (neighbours > 0)
        for size in np.unique(neighbours[asked]).tolist() if (counts > 0).sum() > 1 else []:
            chosen = np.flatnonzero(asked & (neighbours == size)).tolist()
            totals = {code: int(counts[code]) + wanted[code] for code in chosen}
            smote = SMOTE(sampling_strategy=totals, k_neighbors=size, random_state=seed)
            more, labels = smote.fit_resample(x, codes)
            yield more[len(x) :], labels[len(x) :]
