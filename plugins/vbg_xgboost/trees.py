"""One model over the classes that were seen. n vectors, C classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from xgboost import XGBClassifier


@dataclass(frozen=True)
class Trees:
    """Probabilities of C classes, of which some may never have been seen.

    Args:
        count: C.
        seen: the classes in the training records, in order.
        model: over these; None where there are fewer than two.
    """

    count: int
    seen: tuple[int, ...]
    model: XGBClassifier | None

    @classmethod
    def fit(cls, model: XGBClassifier, x: np.ndarray, target: np.ndarray, count: int) -> Trees:
        """Learn from vectors (n, D) and class indices (n,)."""
        seen, codes = np.unique(target, return_inverse=True)  # XGBoost wants classes 0, 1, 2, ...
        return cls(count, tuple(seen.tolist()), model.fit(x, codes) if len(seen) > 1 else None)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(n, D) -> (n, C)."""
        spread = np.zeros((len(x), self.count))
        if self.model:
            spread[:, self.seen] = self.model.predict_proba(x)
        else:
            spread[:, self.seen or slice(None)] = 1 / (len(self.seen) or self.count)
        return spread

    def about(self) -> dict[str, Any]:
        """What JSON can hold."""
        return {"count": self.count, "seen": self.seen}

    def save(self, file: Path) -> None:
        """Write the model, if there is one."""
        if self.model:
            self.model.save_model(file)

    @classmethod
    def load(cls, model: XGBClassifier, about: Mapping[str, Any], file: Path) -> Trees:
        """What `about` and `save` wrote, read into a fresh model."""
        seen = tuple(about["seen"])
        if len(seen) < 2:
            return cls(about["count"], seen, None)
        model.load_model(file)
        return cls(about["count"], seen, model)
