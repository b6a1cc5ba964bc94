"""How much memory records take while they wait for their turn. Light."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from vbg_framework.contracts.record import Record

T = TypeVar("T")
HELD = 1 << 26
"""Bytes of pictures and texts that wait at once, and those of one record more."""


def weight(item: Any) -> int:
    """Bytes and characters of the inputs of a record; 0 for what is none."""
    return _size(item.inputs) if isinstance(item, Record) else 0


def _size(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(map(_size, value.values()))
    return len(value) if isinstance(value, str | bytes) else 0


def by_weight(items: Iterable[T], most: int, heaviest: int, weigh: Callable[[T], int]) -> Iterator[list[T]]:
    """Neighbours in lists of at most `most` items, each ending with the item that brings it to `heaviest`."""
    some: list[T] = []
    held = 0
    for item in items:
        some.append(item)
        held += weigh(item)
        if len(some) == most or held >= heaviest:
            yield some
            some, held = [], 0
    if some:
        yield some
