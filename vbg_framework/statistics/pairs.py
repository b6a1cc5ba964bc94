"""The table of a study, and the pairs of two of its arms."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vbg_framework.base.errors import VBGError, did_you_mean

Replicate = str | int
Table = Mapping[str, Mapping[Replicate, float | None]]
"""arm -> replicate -> value of one metric; a replicate that failed is absent, None or NaN."""


@dataclass(frozen=True)
class Pairs:
    """Two arms in the replicates that both have.

    Args:
        arm: (n,) values of the arm.
        control: (n,) values of the control.
        missing: replicates of the study that one or both lack.
    """

    arm: np.ndarray
    control: np.ndarray
    missing: tuple[Replicate, ...]

    @property
    def differences(self) -> np.ndarray:
        """(n,) arm minus control."""
        return self.arm - self.control


def pair(table: Table, arm: str, control: str) -> Pairs:
    """The pairs of two arms; a replicate belongs to the study if any arm names it.

    Raises:
        VBGError: an arm is not in the table, or a value is infinite.
    """
    left, right = column(table, arm), column(table, control)
    replicates = list(dict.fromkeys(replicate for values in table.values() for replicate in values))
    both = [replicate for replicate in replicates if replicate in left and replicate in right]
    return Pairs(
        np.array([left[replicate] for replicate in both], dtype=np.float64),
        np.array([right[replicate] for replicate in both], dtype=np.float64),
        tuple(replicate for replicate in replicates if replicate not in both),
    )


def column(table: Table, arm: str) -> dict[Replicate, float]:
    """The values one arm has; raises as `pair` does."""
    if arm not in table:
        raise VBGError("comparison", f"unknown arm '{arm}'", did_you_mean(arm, table))
    results = {key: value for key, value in table[arm].items() if value is not None and not math.isnan(value)}
    for key, value in results.items():
        if math.isinf(value):
            raise VBGError(f"comparison: {arm}", f"replicate {key} must have a finite value, got {value}")
    return results
