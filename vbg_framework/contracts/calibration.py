"""The interface of a calibration. Light: numpy only. n records, C classes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np

from vbg_framework.base.errors import VBGError


class NothingLearnt(VBGError):
    """Raised where a validation split teaches no calibration; the run goes on without, and says why."""

    def __init__(self, why: str) -> None:
        super().__init__("calibration", why, "Enlarge the validation split.")


class Calibration(ABC):
    """Makes the probabilities of one task mean what they say. It is learnt on the validation split, after training.

    Args:
        config: the options, an instance of the component's `Config` class.
    """

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def learn(self, found: np.ndarray, targets: np.ndarray, multi_label: bool) -> Mapping[str, Any]:
        """What `apply` needs, ready for JSON; it is saved with the model.

        Args:
            found: (n, C) float64 probabilities of the model, n at least 1; rows sum to 1 except for a multi-label task.
            targets: (n,) class indices; for a multi-label task (n, C) of 0 and 1.
            multi_label: which of the two.

        Raises:
            NothingLearnt: these records teach nothing.
        """

    @staticmethod
    @abstractmethod
    def apply(found: np.ndarray, learnt: Mapping[str, Any], multi_label: bool) -> np.ndarray:
        """(n, C) calibrated probabilities of the type of `found`, record by record.

        Args:
            found: (n, C) probabilities of the model.
            learnt: what `learn` returned, through JSON.
            multi_label: whether a record may carry several classes.
        """
