"""Raw items and targets of records, one by one, for training and prediction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from datasets import Dataset

from vbg_framework.data.text import TextPolicy
from vbg_framework.record import Record, Task


class Items(Sequence):
    """The records of one split: `items[i]` -> `{"inputs": {modality: raw item}, "targets": {task: target}}`.

    A target is the index of the class (int), a list of 0 and 1 per class (multi-label), or None = missing.
    A missing modality is absent from `inputs`. Picklable.

    Args:
        data: a split of `Splits.data` (or `Prepared.table`).
        tasks: the tasks with their classes.
        modalities: what to read: `image`, `text`, `metadata`.
        text: the text policy; needed if `text` is read.
    """

    ids: list[str]

    def __init__(
        self, data: Dataset, *, tasks: Sequence[Task], modalities: Sequence[str], text: TextPolicy | None = None
    ) -> None:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def __getitem__(self, index: int) -> dict[str, Any]:
        raise NotImplementedError

    def raw(self, modality: str) -> Iterator[Any]:
        """The raw items of one modality, in order, without the missing ones."""
        raise NotImplementedError

    def counts(self, task: str) -> tuple[int, ...]:
        """Records per class of `task`."""
        raise NotImplementedError


class RecordItems(Sequence):
    """The same for records in memory, for prediction."""

    ids: list[str]

    def __init__(
        self,
        records: Sequence[Record],
        *,
        tasks: Sequence[Task] = (),
        modalities: Sequence[str],
        text: TextPolicy | None = None,
    ) -> None:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def __getitem__(self, index: int) -> dict[str, Any]:
        raise NotImplementedError
