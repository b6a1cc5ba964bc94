"""What names the classes of a task, given features: a logistic regression in which every class weighs the same."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression

from vbg_framework.generation.verification.witness import Features


class Head:
    """Probabilities of the classes of one task; a class without an example has none.

    Args:
        features: (n, D).
        labels: (n, C), rows of zeros and one 1; rows of zeros are left out. At least one row has a 1.
        strength: how far weights may grow, the `C` of scikit-learn.
    """

    def __init__(self, features: Features, labels: np.ndarray, strength: float) -> None:
        rows, codes = labels.nonzero()
        self.classes, self.size = np.unique(codes), labels.shape[1]
        several = len(self.classes) > 1
        model = LogisticRegression(C=strength, max_iter=1000, class_weight="balanced")
        self.model = model.fit(features[rows], codes) if several else None

    def __call__(self, features: Features) -> np.ndarray:
        """(n, D) -> (n, C); with one known class it is always that one."""
        result = np.zeros((features.shape[0], self.size))
        result[:, self.classes] = 1 if self.model is None else self.model.predict_proba(features)
        return result
