"""Schedules of the learning rate."""

from __future__ import annotations

import math

from vbg_framework import Schedule


class Linear(Schedule):
    """Falls to zero in a straight line."""

    def factor(self, step: int, steps: int) -> float:
        """Share of the peak learning rate."""
        return 1 - step / steps


class Cosine(Schedule):
    """Falls along half a cosine, slowly at both ends."""

    def factor(self, step: int, steps: int) -> float:
        """Share of the peak learning rate."""
        floor: float = self.config.floor
        return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * step / steps))


class Constant(Schedule):
    """Stays at its peak."""

    def factor(self, step: int, steps: int) -> float:
        """Share of the peak learning rate."""
        return 1.0
