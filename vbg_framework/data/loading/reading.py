"""From a record that was not prepared to what a model reads, exactly as preparing and training would have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from vbg_framework.contracts.modality import OWN, Modality
from vbg_framework.contracts.record import Record, Rejected
from vbg_framework.data.catalogue.number import as_text, parse_number
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.known_labels import with_own_labels
from vbg_framework.data.pictures.image import ImageError, decode
from vbg_framework.data.preparation.item_bytes import ItemError, reopened, stored
from vbg_framework.data.preparation.row import RowError, checked_metadata, checked_text


class Reading(NamedTuple):
    """What was read of one record.

    Args:
        id: of the record, or where it was read if it has none.
        inputs: modality -> raw item, as `Items` gives them.
        problems: what could not be read, in words.
        absent: the fields a model reads that the record does not even name: `image`, `text 'title'`.
    """

    id: str
    inputs: dict[str, Any]
    problems: list[str]
    absent: list[str]

    @property
    def problem(self) -> str:
        """Everything that is wrong, in one line."""
        return "; ".join(self.problems)


@dataclass(frozen=True)
class Reader:
    """Reads records one by one; what cannot be read costs its modality, not the record.

    Args:
        modalities: those the model reads.
        text: which text it reads; needed with `text`.
        kinds: metadata field -> `number` or `string`, what it was in the training data; "" = unknown.
        others: modality that a plugin offers -> what opens its items.
        labels: tasks whose known labels are read as metadata.
    """

    modalities: Sequence[str]
    text: TextPolicy | None
    kinds: Mapping[str, str]
    others: Mapping[str, Modality] = field(default_factory=dict)
    labels: Sequence[str] = ()

    def __call__(self, record: Record | Rejected) -> Reading:
        """A record without anything that the model reads has no inputs and a problem that says so."""
        if isinstance(record, Rejected):
            return Reading(record.id or record.source, {}, [record.reason], [])
        record = with_own_labels(record, self.labels)
        inputs: dict[str, Any] = {}
        problems: list[str] = []
        for modality in self.modalities:
            try:
                item = self._item(record, modality, problems)
            except (ImageError, ItemError, RowError) as error:
                problems.append(str(error))
                continue
            if item is not None:
                inputs[modality] = item
        if not inputs and not problems:
            problems.append(self._nothing(record))
        return Reading(record.id, inputs, problems, list(self._absent(record)))

    def _item(self, record: Record, modality: str, problems: list[str]) -> Any | None:
        value = record.inputs.get(modality)
        if value is None:
            return None
        if other := self.others.get(modality):
            return reopened(other, stored(other, modality, value), f"record '{record.id}'")
        if modality == "image":
            return _picture(value)
        if modality == "text":
            assert self.text is not None
            return self.text(value if isinstance(value, str) else checked_text(value))
        results = {field: self._typed(field, value, problems) for field, value in checked_metadata(value).items()}
        return {field: value for field, value in results.items() if value is not None} or None

    def _typed(self, field: str, value: str | float | None, problems: list[str]) -> str | float | None:
        """The value in the kind that the field had in training."""
        kind = self.kinds.get(field)
        if value is None or kind is None:
            return None
        if kind == "string":
            return value if isinstance(value, str) else as_text(value)
        if not kind:
            return value
        number = parse_number(value) if isinstance(value, str) else value
        if number is None:
            problems.append(f"metadata '{field}' was a number in training, got '{value}'")
        return number

    def _nothing(self, record: Record) -> str:
        held = [modality for modality, value in record.inputs.items() if _holds(value)]
        if not held:
            return f"neither {' nor '.join((*OWN, *self.others))}"
        return f"no {' or '.join(self.modalities)}, which is what the model reads; there is {' and '.join(held)}"

    def _absent(self, record: Record) -> Iterator[str]:
        for modality in self.modalities:
            value = record.inputs.get(modality)
            if modality == "image" or modality in self.others:
                yield from [] if modality in record.inputs else [modality]
            elif not isinstance(value, str):  # a single string is all the text there is
                fields = self.text.fields if modality == "text" and self.text else self.kinds
                yield from (f"{modality} '{field}'" for field in fields if field not in (value or {}))


def _holds(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(each not in (None, "") for each in value.values())
    return value is not None and not (isinstance(value, str | bytes) and not value)


def _picture(value: Any) -> Any:
    if isinstance(value, ValueError):
        raise ImageError(str(value)) from value
    if isinstance(value, list | tuple):
        raise ImageError(f"image holds several pictures, got {len(value)}. Give each a record of its own")
    return decode(value)


class Absent:
    """Counts what a model was trained with and the records to predict do not have.

    Args:
        tell: gets the lines.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.tell, self.records = tell, 0
        self.counts: Counter[str] = Counter()
        self.named: list[str] = []

    def count(self, batch: Mapping[int, Sequence[str]]) -> None:
        """Take in row -> absent fields of the records of a batch; after the first one, name those that none has.

        Rows are counted from 0, one after the other; one that was counted before is passed over.
        """
        rows = [names for row, names in batch.items() if row >= self.records]
        self.counts.update(name for names in rows for name in names)
        if not self.records and rows:
            self.named = [name for name, count in self.counts.items() if count == len(rows)]
            for name in self.named:
                self.tell(f"The model was trained with {name}, which is not there: it predicts without.")
        self.records += len(rows)

    def end(self) -> None:
        """Say in how many records those were not there."""
        for name in self.named:
            self.tell(f"Without {name}: {self.counts[name]:,} of {self.records:,} records.")
