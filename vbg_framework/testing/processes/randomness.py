"""What happens to the global random generators while a component works."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from vbg_framework.base.seeds import isolated, seed_everything


class Draws:
    """Who was drawn from inside a `watched` block.

    Attributes:
        names: the generators whose state changed: `Python`, `NumPy`, `torch`.
        states: those of all generators at the end.
    """

    names: tuple[str, ...] = ()
    states: dict[str, Any] = {}

    @property
    def foreign(self) -> tuple[str, ...]:
        """Those other than torch's."""
        return tuple(name for name in self.names if name != "torch")

    def __str__(self) -> str:
        return f"drew from or seeded the global generator of {' and '.join(self.names)}" if self.names else "nothing"


@contextmanager
def watched(seed: int) -> Iterator[Draws]:
    """Seed every global generator, see what becomes of it, and give it back as it was."""
    draws = Draws()
    with isolated():
        seed_everything(seed)
        before = _states()
        yield draws
        after = _states()
        draws.names = tuple(name for name in before if before[name] != after[name])
        draws.states = after


def _states() -> dict[str, Any]:
    name, keys, *rest = np.random.get_state(legacy=True)
    return {
        "Python": random.getstate(),
        "NumPy": (name, np.asarray(keys).tobytes(), *rest),
        "torch": torch.get_rng_state().numpy().tobytes(),
    }


def reseeded(act: Callable[[], Any]) -> tuple[str, ...]:
    """The generators that end in the same state wherever they begin."""
    ends = []
    for seed in (1, 2):
        with watched(seed) as draws:
            act()
        ends.append(draws.states)
    return tuple(name for name in ends[0] if ends[0][name] == ends[1][name])
