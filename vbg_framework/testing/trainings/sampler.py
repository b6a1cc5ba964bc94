"""What a sampler of training records promises."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from vbg_framework.contracts.sampler import Sampler
from vbg_framework.testing.check import expect, promise

MEMBERS = [list(range(20)), [20, 21, 22], [23]]
COUNT = 26  # two records have no label
NONE: list[list[int]] = []


def order(sampler: Sampler, seed: int = 0, members: Sequence[Sequence[int]] = MEMBERS, count: int = COUNT) -> list[int]:
    """The positions of one pass."""
    read = members if sampler.reads_classes else NONE
    return [int(place) for place in sampler.order(count, read, np.random.default_rng(seed))]


@promise(
    "sampler",
    "A pass has as many positions as there are records, each of a record that exists.",
    cause="rounding in a share per class, or positions from 1",
    fix="Draw exactly `count` positions from 0 to `count - 1`.",
)
def check_positions_are_of_records(subject: Any) -> None:
    """Ask for passes over one record, over one class and over three."""
    for members, count in (([[0]], 1), ([[0, 1, 2, 3, 4]], 5), (MEMBERS, COUNT)):
        result = order(subject.build(), members=members, count=count)
        expect(len(result) == count, f"{count} positions", len(result))
        expect(set(result) <= set(range(count)), f"positions from 0 to {count - 1}", sorted(set(result)))


@promise(
    "sampler",
    "The order follows from the generator alone: a resumed run asks a new instance, from any pass on.",
    cause="a draw from `random` or numpy's global generator, or state that is kept between passes",
    fix="Draw everything from `generator`.",
)
def check_order_follows_from_the_generator(subject: Any) -> None:
    """Ask a new instance, and one that was asked before, under other global random states."""
    used = subject.build()
    random.seed(1)
    np.random.seed(1)
    first = order(used, seed=3)
    order(used, seed=4)
    random.seed(2)
    np.random.seed(2)
    for other in (used, subject.build()):
        again = order(other, seed=3)
        expect(again == first, f"the order {first[:4]}...", again[:4])


@promise(
    "sampler",
    "A sampler that says `once` takes every record exactly once.",
    cause="draws with replacement, or classes that are evened out",
    fix="Leave `once` at False, or return a permutation.",
)
def check_once_is_true(subject: Any) -> None:
    """Sort a pass."""
    if subject.kind.once:
        results = sorted(order(subject.build()))
        expect(results == list(range(COUNT)), "every position once", results[:8])


@promise(
    "sampler",
    "Different passes have different orders.",
    cause="an order that is fixed, so that the same records always share a batch",
    fix="Draw the order from `generator`.",
)
def check_passes_differ(subject: Any) -> None:
    """Compare five passes."""
    sampler = subject.build()
    expect(len({tuple(order(sampler, seed)) for seed in range(5)}) > 1, "different orders", "one and the same")
