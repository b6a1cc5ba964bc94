"""A witness: a classifier of one modality, trained on real records, with its features."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from scipy.sparse import csr_array

Features = np.ndarray | csr_array
"""(n, D), on a scale on which Euclidean distances mean something."""
Sight = Callable[[Any], tuple[Features, Mapping[str, np.ndarray]]]
"""What `represent` gave for n inputs -> their features, and task -> (n, C) probabilities."""


class Witness(ABC):
    """Learns the classes of several tasks from one modality.

    Attributes:
        modality: what it looks at.
        name: what it is, to be stated beside what it says.
    """

    modality: str
    name: str

    @abstractmethod
    def represent(self, inputs: Iterable[Any]) -> Any:
        """Raw inputs, read one at a time, to whatever it learns from: n of them, indexed by an array of positions."""

    @abstractmethod
    def learn(self, x: Any, labels: Mapping[str, np.ndarray], fold: int) -> Sight:
        """Learn from some records.

        Args:
            x: n represented inputs.
            labels: task -> (n, C), rows of zeros and one 1; a row of zeros = no label.
            fold: number of the fold, for seeds and caches.
        """
