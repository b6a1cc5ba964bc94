"""Calibrations of probabilities. n records, C classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

from vbg_framework import Calibration, NothingLearnt
from vbg_framework.toolkit import log_loss

HOTTEST = 20.0
"""Temperatures are sought between its reciprocal and this."""
EDGE = 0.02
"""A logarithm of a temperature so close to that of a bound counts as lying there."""
FLAT = 1e-6
"""So does one at which the loss is lower than at the bound by less than this, in nats."""
TOO_EASY = "validation too easy to calibrate: temperature left at 1"
TOO_HARD = "validation labels contradict the probabilities: temperature left at 1"
NO_MATTER = "no temperature fits the validation labels better than another: left at 1"


class Temperature(Calibration):
    """Temperature scaling: logits are divided by one number. Source: Guo et al., 2017, https://arxiv.org/abs/1706.04599.

    It changes no prediction. Probabilities stand for logits: their powers, divided by their sum.
    """

    def learn(self, found: np.ndarray, targets: np.ndarray, multi_label: bool) -> dict[str, float]:
        """The temperature at which the labels are least surprising.

        A split without a mistake has none: the colder, the better. Wherever the search ends then says something about
        its bounds and nothing about the model.

        Raises:
            NothingLearnt: it is one of the bounds.
        """

        def surprise(exponent: float) -> float:
            cooled = _cooled(found, float(np.exp(exponent)), multi_label)
            if multi_label:
                return log_loss(np.where(targets == 1, cooled, 1 - cooled).ravel())
            return log_loss(cooled[np.arange(len(targets)), targets])

        limit = float(np.log(HOTTEST))
        best = minimize_scalar(surprise, bounds=(-limit, limit), method="bounded")
        cold, hot = (abs(best.x - edge) < EDGE or surprise(edge) < best.fun + FLAT for edge in (-limit, limit))
        if cold and hot and best.fun > FLAT:
            raise NothingLearnt(NO_MATTER)
        if cold or hot:
            raise NothingLearnt(TOO_EASY if cold else TOO_HARD)
        return {"temperature": float(np.exp(best.x))}

    @staticmethod
    def apply(found: np.ndarray, learnt: Mapping[str, Any], multi_label: bool) -> np.ndarray:
        """Cooled probabilities."""
        return _cooled(found, learnt["temperature"], multi_label)


class Isotonic(Calibration):
    """A rising step curve per class, and rows divided by their sum. Source: Zadrozny and Elkan, KDD 2002.

    It needs some hundred validation records, and may change a prediction.
    """

    def learn(self, found: np.ndarray, targets: np.ndarray, multi_label: bool) -> dict[str, Any]:
        """The corners of the curve of each class; none of a class that always or never occurs."""
        truth = targets == 1 if multi_label else np.eye(found.shape[1])[targets] == 1
        return {"corners": [_corners(p, held) for p, held in zip(found.T, truth.T, strict=True)]}

    @staticmethod
    def apply(found: np.ndarray, learnt: Mapping[str, Any], multi_label: bool) -> np.ndarray:
        """Values of the curves; between corners they rise in straight lines."""
        columns = [
            np.interp(column, *corners) if corners else column.astype(np.float64)
            for column, corners in zip(found.T, learnt["corners"], strict=True)
        ]
        curved = np.stack(columns, 1)
        return (curved if multi_label else curved / curved.sum(1, keepdims=True)).astype(found.dtype)


def _corners(probabilities: np.ndarray, held: np.ndarray) -> list[list[float]]:
    """Probabilities, and what they become: never 0 or 1, which no number of records proves (rule of succession)."""
    if held.all() or not held.any():
        return []
    from sklearn.isotonic import IsotonicRegression  # takes a second to import

    curve = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(probabilities, held.astype(float))
    edge = 1 / (len(held) + 2)
    return [curve.X_thresholds_.tolist(), np.clip(curve.y_thresholds_, edge, 1 - edge).tolist()]


def _cooled(result: np.ndarray, temperature: float, multi_label: bool) -> np.ndarray:
    """What softmax or sigmoid give if the logits behind these probabilities are divided by the temperature."""
    tiny = np.finfo(np.float64).tiny
    log = np.log(np.maximum(result.astype(np.float64), tiny)) / temperature
    if multi_label:
        other = np.log(np.maximum(1 - result.astype(np.float64), tiny)) / temperature
        cooled: np.ndarray = (1 / (1 + np.exp(np.clip(other - log, -700, 700)))).astype(result.dtype)
        return cooled
    powers = np.exp(log - log.max(1, keepdims=True))
    cooled = (powers / powers.sum(1, keepdims=True)).astype(result.dtype)
    return cooled
