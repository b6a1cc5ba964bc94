"""Raw items and targets of records in memory: generated ones, and those of data that was not prepared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.modality import Modality
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.item_sequence import ItemSequence, known_fields
from vbg_framework.data.loading.known_labels import with_own_labels
from vbg_framework.data.pictures.image import ImageError, decode
from vbg_framework.data.preparation.item_bytes import ItemError, reopened, stored


class RecordItems(ItemSequence):
    """The same for records in memory, for prediction.

    An image that cannot be read raises a `VBGError` that names its record.

    Args:
        records: the records; targets may be absent.
        tasks: the tasks with their classes, to compare with targets.
        modalities: what to read: `image`, `text`, `metadata`.
        text: which text to read; needed with `text`.
        kinds: modality that a plugin offers -> what opens its items.
        labels: tasks whose known labels are read as metadata.
    """

    def __init__(
        self,
        records: Sequence[Record],
        *,
        tasks: Sequence[Task] = (),
        modalities: Sequence[str],
        text: TextPolicy | None = None,
        kinds: Mapping[str, Modality] | None = None,
        labels: Sequence[str] = (),
    ) -> None:
        super().__init__(tasks, modalities, text)
        self.records, self.kinds, self.labels = records, kinds or {}, labels

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

    def select(self, indices: Sequence[int]) -> RecordItems:
        """Some of the records, in the given order."""
        part = copy(self)
        part.records = [self.records[index] for index in indices]
        return part

    def _id(self, index: int) -> str:
        return self.records[index].id

    def _label(self, task: str, index: int) -> Any:
        return self.records[index].targets.get(task)

    def read(self, modality: str, index: int) -> Any | None:
        """The raw item of one record, or None."""
        record = with_own_labels(self.records[index], self.labels)
        item = record.inputs.get(modality)
        if item is None:
            return None
        if modality == "text":
            return self._policy(item)
        try:
            if modality in self.kinds:
                kind = self.kinds[modality]
                return reopened(kind, stored(kind, modality, item), f"record '{record.id}'")
            return known_fields(item) if modality == "metadata" else decode(item)
        except (ImageError, ItemError, TypeError, OverflowError) as error:  # a date or a list in the metadata
            raise VBGError(record.source or record.id, str(error), "Correct it or leave it out.") from error
