"""Precision, recall, density and coverage of generated records, by nearest neighbours."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors

NEIGHBOURS = 5


def coverage(real: np.ndarray, fake: np.ndarray, neighbours: int = NEIGHBOURS) -> dict[str, float]:
    """Precision, recall, density and coverage of generated features, from balls around the real (and generated) ones.

    Every record has a ball that reaches to its k-th nearest neighbour on its own side.

    - `precision`: share of generated records inside the ball of a real one; `recall`: share of real records inside the
      ball of a generated one (Kynkaanniemi et al., "Improved precision and recall metric", NeurIPS 2019).
    - `density`: real balls around a generated record, over k; may exceed 1. `coverage`: share of real balls with a
      generated record inside (Naeem et al., "Reliable fidelity and diversity metrics", ICML 2020).

    Args:
        real: (n, D) features, n > k.
        fake: (n, D) features, as many.
        neighbours: k.

    Raises:
        ValueError: the sets differ in size, or are too small.
    """
    if real.shape != fake.shape or len(real) <= neighbours:
        raise ValueError(f"needs two sets of equal size above {neighbours}, got {real.shape} and {fake.shape}")
    distance = pairwise_distances(real, fake)  # (n, n): real x generated
    in_real = distance < _radius(real, neighbours)[:, None]
    in_fake = distance < _radius(fake, neighbours)[None, :]
    return {
        "precision": float(in_real.any(0).mean()),
        "recall": float(in_fake.any(1).mean()),
        "density": float(in_real.sum(0).mean() / neighbours),
        "coverage": float(in_real.any(1).mean()),
    }


def _radius(points: np.ndarray, neighbours: int) -> np.ndarray:
    """(n,) distance to the k-th nearest other point."""
    return NearestNeighbors(n_neighbors=neighbours, algorithm="brute").fit(points).kneighbors()[0][:, -1]
