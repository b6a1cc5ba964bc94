"""New vectors behind those of training records, the form in which `Augmenter.resample` answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

MISSING = -1


def with_new_vectors(
    x: np.ndarray,
    targets: Mapping[str, np.ndarray],
    *,
    task: str,
    pieces: Sequence[tuple[np.ndarray, np.ndarray]],
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The vectors and targets, followed by new ones, which have a label of `task` and of no other.

    Args:
        x: (n, D) vectors of the training records.
        targets: task -> (n,) classes, or (n, C) of 0 and 1; -1 = missing.
        task: whose classes the new ones have.
        pieces: (m, D) new vectors and their (m,) classes, any number of times.
    """
    new = np.concatenate([x[:0], *(vectors for vectors, _ in pieces)]).astype(x.dtype, copy=False)
    labels = np.concatenate([targets[task][:0], *(codes for _, codes in pieces)])
    added = {name: np.full((len(new), *given.shape[1:]), MISSING, given.dtype) for name, given in targets.items()}
    added[task] = labels
    return np.concatenate([x, new]), {name: np.concatenate([targets[name], added[name]]) for name in targets}
