"""A fitted head of a benchmark, of which only the figures are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from vbg_framework import EstimatorClassifier


class FiguresOnly(EstimatorClassifier):
    """Learns in `cross_fit` alone, and is not kept."""

    def fit(self, x: np.ndarray, targets: Mapping[str, np.ndarray], *, seed: int) -> None:
        """It needs folds.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("use train.folds")

    def save(self, folder: Path) -> None:
        """Nothing: only its figures are wanted."""

    def load(self, folder: Path) -> None:
        """Nothing was kept.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("a head of a benchmark is not kept")
