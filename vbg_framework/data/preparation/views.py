"""Several pictures of one record: each becomes a record of its own, a view of the same object. Light."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from vbg_framework.contracts.record import Record

T = TypeVar("T")


def views(items: Iterable[T]) -> Iterator[T]:
    """The items of a source; a record with a list of pictures becomes a record for each.

    The first keeps its id, the others are called `ID#2` and so on. All have the group of the record, or its id, so that
    no split divides them, and say whose views they are.
    """
    for item in items:
        picture = item.inputs.get("image") if isinstance(item, Record) else None
        if not isinstance(item, Record) or not isinstance(picture, list | tuple):
            yield item
            continue
        for index, view in enumerate(picture or [None], 1):
            name = item.id if index == 1 else f"{item.id}#{index}"
            inputs = {**item.inputs, "image": view}
            yield replace(item, id=name, group=item.group or item.id, inputs=inputs, view_of=item.id)
