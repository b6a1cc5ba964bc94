"""A sequence of raw items and targets, whatever the records lie in."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.contracts.record import Task
from vbg_framework.data.catalogue.text import TextPolicy


class ItemSequence(Sequence[dict[str, Any]]):
    """`items[i]` -> `{"id": id of the record, "inputs": {modality: raw item}, "targets": {task: target}}`.

    Raw items are a PIL image in RGB, a string, or field -> string or number; a missing modality is absent.
    A target is the index of the class, a list of 0 and 1 per class (multi-label), or None = missing.
    """

    def __init__(self, tasks: Sequence[Task], modalities: Sequence[str], text: TextPolicy | None) -> None:
        self.tasks, self.modalities, self.text = tuple(tasks), tuple(modalities), text
        self._codes = {task.name: {name: code for code, name in enumerate(task.classes)} for task in tasks}

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...

    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        if isinstance(index, slice):
            return [self[place] for place in range(len(self))[index]]
        inputs = {}
        for modality in self.modalities:
            item = self.read(modality, index)
            if item is not None:
                inputs[modality] = item
        targets = {task.name: self._target(task, index) for task in self.tasks}
        return {"id": self._id(index), "inputs": inputs, "targets": targets}

    def raw(self, modality: str) -> Iterator[Any]:
        """The raw items of one modality, in order, without the missing ones."""
        items = (self.read(modality, index) for index in range(len(self)))
        return (item for item in items if item is not None)

    def target(self, task: str, index: int) -> int | list[int] | None:
        """The target of one record, without its inputs."""
        return self._target(next(known for known in self.tasks if known.name == task), index)

    def members(self, task: str) -> list[list[int]]:
        """Positions of the records of each class of `task`, in the order of its classes."""
        chosen = next(known for known in self.tasks if known.name == task)
        members: list[list[int]] = [[] for _ in chosen.classes]
        for index in range(len(self)):
            target = self._target(chosen, index)
            for code in [target] if isinstance(target, int) else [c for c, yes in enumerate(target or ()) if yes]:
                members[code].append(index)
        return members

    def counts(self, task: str) -> tuple[int, ...]:
        """Records per class of `task`."""
        return tuple(map(len, self.members(task)))

    def _target(self, task: Task, index: int) -> int | list[int] | None:
        label = self._label(task.name, index)
        if label is None:
            return None
        codes = self._codes[task.name]
        try:
            if not task.multi_label:
                return codes[label]
            carried = {codes[name] for name in label}
        except KeyError as error:
            what = f"unknown class '{error.args[0]}' of task '{task.name}'"
            raise VBGError(f"record '{self.ids[index]}'", what, did_you_mean(error.args[0], codes)) from None
        return [int(code in carried) for code in range(len(codes))]

    @property
    def _policy(self) -> TextPolicy:
        if self.text is None:
            raise ValueError("the modality `text` needs a text policy, got none")
        return self.text

    @property
    @abstractmethod
    def ids(self) -> list[str]:
        """The ids of the records, in order."""

    @abstractmethod
    def _id(self, index: int) -> str: ...

    @abstractmethod
    def read(self, modality: str, index: int) -> Any | None:
        """The raw item of one record, or None."""

    @abstractmethod
    def _label(self, task: str, index: int) -> Any: ...


def known_fields(metadata: Mapping[str, Any]) -> dict[str, str | float] | None:
    """Metadata without the missing values; None if nothing is left."""
    given = {field: value for field, value in metadata.items() if value is not None and value != ""}
    return {field: value if isinstance(value, str) else float(value) for field, value in given.items()} or None
