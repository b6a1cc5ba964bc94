"""Where the right class stands among all, the most probable one first."""

from __future__ import annotations

import numpy as np


def ranks(probabilities: np.ndarray, right: np.ndarray) -> np.ndarray:
    """(n,) places from 1 on; of equal probabilities the later class stands behind.

    Args:
        probabilities: (n, C).
        right: (n,) index of the right class.
    """
    order = np.argsort(-probabilities, axis=1, kind="stable")
    return np.argmax(order == right[:, None], axis=1) + 1
