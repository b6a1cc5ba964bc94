"""Raw items and targets of records, one by one, for training and prediction."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np
import pyarrow as pa

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.pictures.image import ImageError, decode, decode_stored
from vbg_framework.data.preparation.columns import META, TARGET, TEXT, names
from vbg_framework.data.preparation.prepared import Prepared


class _Items(Sequence[dict[str, Any]]):
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


class Items(_Items):
    """Records of a prepared data set. Picklable: it takes the paths along, not the data.

    Args:
        prepared: the data set.
        rows: where the records stand in `prepared.table`, such as `Splits.rows["train"]`; None = all, sorted by id.
        tasks: the tasks with their classes.
        modalities: what to read: `image`, `text`, `metadata`.
        text: which text to read; needed with `text`.
    """

    def __init__(
        self,
        prepared: Prepared,
        rows: Sequence[int] | np.ndarray | None = None,
        *,
        tasks: Sequence[Task],
        modalities: Sequence[str],
        text: TextPolicy | None = None,
    ) -> None:
        super().__init__(tasks, modalities, text)
        self.prepared = prepared
        self._rows = prepared.order if rows is None else np.asarray(rows, int)
        self._open()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_columns"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._open()

    def _open(self) -> None:
        """Address the memory-mapped columns of the whole table: `Dataset.__getitem__` costs as much as decoding."""
        table = self.prepared.table.data
        self._columns: dict[str, pa.ChunkedArray] = {name: table.column(name) for name in table.column_names}

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def ids(self) -> list[str]:
        """The ids of the records, in order."""
        return self.column("id")

    @cached_property
    def rows(self) -> np.ndarray:
        """(n,) where the records stand in `whole`."""
        return self.prepared.rank[self._rows]

    @property
    def whole(self) -> Items:
        """The same for all records of the data set, in the order of their ids."""
        return Items(self.prepared, tasks=self.tasks, modalities=self.modalities, text=self.text)

    def select(self, places: Sequence[int]) -> Items:
        """The same for some of these records."""
        rows = self._rows[np.asarray(places, int)]
        return Items(self.prepared, rows, tasks=self.tasks, modalities=self.modalities, text=self.text)

    def joined(self, others: Items) -> Items:
        """These records and others of the data set, in the order of their ids."""
        rows = np.concatenate([self._rows, others._rows])
        rows = rows[np.argsort(self.prepared.rank[rows])]
        return Items(self.prepared, rows, tasks=self.tasks, modalities=self.modalities, text=self.text)

    def record(self, index: int) -> Record:
        """The whole record: image decoded, text field by field as in the catalogue, all metadata."""
        text = {field: self._value(TEXT + field, index) for field in self.text.fields} if self.text else {}
        inputs = {
            "image": self.read("image", index) if "image" in self.modalities else None,
            "text": {field: words for field, words in text.items() if words} if "text" in self.modalities else None,
            "metadata": self.read("metadata", index),
        }
        return Record(
            id=self._value("id", index),
            inputs={modality: item for modality, item in inputs.items() if item},
            targets={task.name: label for task in self.tasks if (label := self._label(task.name, index)) is not None},
            group=self._value("group", index),
            licence=self._value("licence", index) or "",
        )

    def column(self, name: str) -> list[Any]:
        """One column of the prepared data set, such as `cluster` or `target_<task>`, for these records."""
        return self._columns[name].take(pa.array(self._rows)).to_pylist()

    def _value(self, column: str, index: int) -> Any:
        return self._columns[column][int(self._rows[index])].as_py()

    def _id(self, index: int) -> str:
        return self._value("id", index)

    def _label(self, task: str, index: int) -> Any:
        return self._value(TARGET + task, index)

    def read(self, modality: str, index: int) -> Any | None:
        """The raw item of one record, or None."""
        if modality == "image":
            image = self._value("image", index)
            return image and decode_stored(image["bytes"])
        if modality == "text":
            policy = self._policy
            return policy({field: self._value(TEXT + field, index) for field in policy.fields})
        return _known({field: self._value(META + field, index) for field in names(self._columns, META)})


class RecordItems(_Items):
    """The same for records in memory, for prediction.

    An image that cannot be read raises a `VBGError` that names its record.

    Args:
        records: the records; targets may be absent.
        tasks: the tasks with their classes, to compare with targets.
        modalities: what to read: `image`, `text`, `metadata`.
        text: which text to read; needed with `text`.
    """

    def __init__(
        self,
        records: Sequence[Record],
        *,
        tasks: Sequence[Task] = (),
        modalities: Sequence[str],
        text: TextPolicy | None = None,
    ) -> None:
        super().__init__(tasks, modalities, text)
        self.records = records

    def __len__(self) -> int:
        return len(self.records)

    @property
    def ids(self) -> list[str]:
        """The ids of the records, in order."""
        return [record.id for record in self.records]

    @property
    def rows(self) -> Sequence[int]:
        """Where the records stand in the whole."""
        return range(len(self))

    @property
    def whole(self) -> RecordItems:
        """Itself."""
        return self

    def _id(self, index: int) -> str:
        return self.records[index].id

    def _label(self, task: str, index: int) -> Any:
        return self.records[index].targets.get(task)

    def read(self, modality: str, index: int) -> Any | None:
        """The raw item of one record, or None."""
        record, item = self.records[index], self.records[index].inputs.get(modality)
        if item is None:
            return None
        if modality == "text":
            return self._policy(item)
        try:
            return _known(item) if modality == "metadata" else decode(item)
        except (ImageError, TypeError, OverflowError) as error:  # a date or a list in the metadata
            raise VBGError(record.source or record.id, str(error), "Correct it or leave it out.") from error


def _known(metadata: Mapping[str, Any]) -> dict[str, str | float] | None:
    """Metadata without the missing values; None if nothing is left."""
    given = {field: value for field, value in metadata.items() if value is not None and value != ""}
    return {field: value if isinstance(value, str) else float(value) for field, value in given.items()} or None
