"""Which columns a prepared data set has and of which types, learnt from its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datasets import Features, Image, List, Value

from vbg_framework.contracts.record import Task
from vbg_framework.data.preparation.columns import FIXED, META, TARGET, TEXT, VIEW_OF
from vbg_framework.data.preparation.item_bytes import HASH, INPUT


class Layout:
    """Which columns there are and of which type; grows with the rows it is shown.

    A metadata field is a number as long as every value is one, otherwise a string.
    """

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._targets = {TARGET + t.name: List(Value("string")) if t.multi_label else Value("string") for t in tasks}
        self._text: dict[str, Value] = {}
        self._meta: dict[str, Value] = {}
        self._items: dict[str, Value] = {}

    @classmethod
    def of(cls, tasks: Sequence[Task], features: Features) -> Layout:
        """The layout that learnt these columns."""
        layout = cls(tasks)
        layout._text = {column: kind for column, kind in features.items() if column.startswith(TEXT)}
        layout._meta = {column: kind for column, kind in features.items() if column.startswith(META)}
        layout._items = {column: kind for column, kind in features.items() if column.startswith((INPUT, HASH, VIEW_OF))}
        return layout

    def learn(self, rows: Iterable[Mapping[str, Any]]) -> Features:
        """Take the rows' columns in; return the columns so far."""
        for row in rows:
            for column, value in row.items():
                if column.startswith(TEXT):
                    self._text.setdefault(column, Value("string"))
                elif column.startswith(META):
                    self._meta.setdefault(column, Value("float64"))
                    if isinstance(value, str):
                        self._meta[column] = Value("string")
                elif column.startswith((INPUT, HASH)) or column == VIEW_OF:
                    self._items.setdefault(column, Value("binary" if column.startswith(INPUT) else "string"))
        fixed = {column: Value("string") for column in FIXED}
        return Features({**fixed, "image": Image(), **self._text, **self._targets, **self._meta, **self._items})
