"""What visitors tried, in memory alone."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vbg_framework.learning.prediction.prediction import Prediction

KEPT = 32
"""Trials that are kept; older ones are forgotten."""


@dataclass(frozen=True)
class Trial:
    """What was tried.

    Args:
        given: as `SavedModel.predict` takes it; a picture is decoded.
        answer: of the model.
    """

    given: Mapping[str, Any]
    answer: Prediction


class Trials:
    """The last trials, by keys that nobody can guess."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Trial] = OrderedDict()
        self._turn = threading.Lock()

    def keep(self, trial: Trial) -> str:
        """The key of a trial, under which it is found from now on."""
        key = secrets.token_urlsafe(12)
        with self._turn:
            self._kept[key] = trial
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return key

    def find(self, key: str) -> Trial | None:
        """The trial of a key; None = it is forgotten, or never was."""
        return self._kept.get(key)
