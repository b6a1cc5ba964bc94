"""Raw items and targets of records, one by one, for training and prediction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.item_sequence import ItemSequence, known_fields
from vbg_framework.data.pictures.image import decode_stored
from vbg_framework.data.preparation.columns import META, TARGET, TEXT, VIEW_OF, names
from vbg_framework.data.preparation.item_bytes import INPUT, reopened
from vbg_framework.data.preparation.prepared import Prepared


class Items(ItemSequence):
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

    @property
    def records(self) -> list[str]:
        """The id of the record that each belongs to: of several pictures of one it is the same, else its own id."""
        known = self.column(VIEW_OF) if VIEW_OF in self._columns else [None] * len(self)
        return [whole or own for whole, own in zip(known, self.ids, strict=True)]

    @cached_property
    def rows(self) -> np.ndarray:
        """(n,) where the records stand in `whole`."""
        return self.prepared.rank[self._rows]

    @property
    def whole(self) -> Items:
        """The same for all records of the data set, in the order of their ids."""
        return self.at(None)

    def at(self, rows: Sequence[int] | np.ndarray | None) -> Items:
        """The same for other rows of `prepared.table`; None = all, sorted by id."""
        return Items(self.prepared, rows, tasks=self.tasks, modalities=self.modalities, text=self.text)

    def select(self, places: Sequence[int]) -> Items:
        """The same for some of these records."""
        return self.at(self._rows[np.asarray(places, int)])

    def joined(self, others: Items) -> Items:
        """These records and others of the data set, in the order of their ids."""
        rows = np.concatenate([self._rows, others._rows])
        return self.at(rows[np.argsort(self.prepared.rank[rows])])

    def record(self, index: int) -> Record:
        """The whole record: image decoded, text field by field as in the catalogue, all metadata."""
        text = {field: self._value(TEXT + field, index) for field in self.text.fields} if self.text else {}
        inputs = {
            "image": self.read("image", index) if "image" in self.modalities else None,
            "text": {field: words for field, words in text.items() if words} if "text" in self.modalities else None,
            "metadata": self.read("metadata", index),
            **{modality: self.read(modality, index) for modality in self.modalities if modality in self.prepared.kinds},
        }
        return Record(
            id=self._value("id", index),
            inputs={modality: item for modality, item in inputs.items() if item is not None and not _bare(item)},
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
        if modality in self.prepared.kinds:
            column, kind = INPUT + modality, self.prepared.kinds[modality]
            kept = self._value(column, index) if column in self._columns else None
            return kept and reopened(kind, kept, f"record '{self._id(index)}'")
        return known_fields({field: self._value(META + field, index) for field in names(self._columns, META)})


def _bare(item: Any) -> bool:
    return isinstance(item, Mapping) and not item
