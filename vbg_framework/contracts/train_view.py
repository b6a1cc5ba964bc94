"""The view of the data for augmenters: the training split alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, overload

from vbg_framework.base.digest import digest
from vbg_framework.contracts.record import Record, Task

Request = Mapping[str, str]
"""What one new record is asked to show: task -> class."""


class TrainView(Sequence[Record]):
    """The training records, decoded one at a time, in a stable order. It leads to no other split.

    `view[i]` is a `Record` whose inputs are ready to use: `image` a PIL image in RGB, `text` field -> string (only the
    fields the experiment may read), `metadata` field -> string or number; a missing one is absent.

    Args:
        records: the records; read lazily if the sequence is lazy.
        targets: per record, task -> class (or classes), without decoding the record; None = read them from `records`.
        tasks: the tasks of the experiment, with their classes and with counts over these records.
        task: name of the task whose classes are asked for.
        fingerprint: hash of what the records hold; None = computed from ids and targets.
        held_out: a part of the training split kept out of `records`, to decide when fitting should stop; may be None.
    """

    def __init__(
        self,
        records: Sequence[Record],
        *,
        tasks: Sequence[Task],
        task: str,
        targets: Sequence[Mapping[str, Any]] | None = None,
        fingerprint: str | None = None,
        held_out: TrainView | None = None,
    ) -> None:
        self._records = records
        self.targets = tuple(targets) if targets is not None else tuple(record.targets for record in records)
        self.tasks = {known.name: known for known in tasks}
        self.task = self.tasks[task]
        self.fingerprint = fingerprint or _fingerprint(records)
        self.held_out = held_out

    def __len__(self) -> int:
        return len(self._records)

    @overload
    def __getitem__(self, index: int) -> Record: ...

    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...

    def __getitem__(self, index: int | slice) -> Record | list[Record]:
        if isinstance(index, slice):
            return [self._records[i] for i in range(len(self))[index]]
        return self._records[range(len(self))[index]]

    def matching(self, request: Request) -> list[int]:
        """Positions of the records that carry every class of the request."""
        wishes = list(request.items())
        return [i for i, targets in enumerate(self.targets) if all(_carries(targets, *wish) for wish in wishes)]


def _carries(targets: Mapping[str, Any], task: str, name: str) -> bool:
    label = targets.get(task)
    return label == name if isinstance(label, str) or label is None else name in label


def _fingerprint(records: Sequence[Record]) -> str:
    manifest = [[record.id, sorted((task, str(label)) for task, label in record.targets.items())] for record in records]
    return digest(manifest)
