"""The category-attribute table: what goes together in the training records, and what their texts may say. Light."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vbg_framework import Record, TrainView, VBGError
from vbg_framework.toolkit import did_you_mean
from vbg_gan.table_file import Entry, TableFile, read_table, write_table
from vbg_gan.table_learning import Facts, Sample, learn, lexicon, samples, told_apart, tuple_of
from vbg_gan.words import Phrase, spoken


class AttributeTable:
    """Which values of which attributes were seen with which class, and which of their names its texts may use.

    Args:
        content: what the table says.

    Attributes:
        task: the task whose classes it describes.
        classes: its classes, in the order of the data.
        attributes: attribute -> all its values, sorted, whether seen with a class or not.
        lexicon: which phrases name which class or value.
    """

    def __init__(self, content: TableFile) -> None:
        self.content = content
        self.task = content.task
        self.classes = tuple(content.classes)
        self.attributes = {name: tuple(values) for name, values in content.attributes.items()}
        self.lexicon = lexicon(content)

    @classmethod
    def learn(cls, train: TrainView, attributes: Sequence[str], most: int = 100) -> AttributeTable:
        """Count what goes together in the training records.

        Args:
            train: the training records.
            attributes: names of other tasks, or of metadata fields.
            most: values of a metadata field that are told apart, the commonest.

        Raises:
            VBGError: an attribute is unknown, is the task itself, or has several classes per record.
        """
        return cls(learn(train, attributes, most))

    @classmethod
    def load(cls, path: Path, data: AttributeTable | None = None) -> AttributeTable:
        """Read a table, perhaps an edited one: what a class no longer lists is gone from all of its entry.

        Args:
            data: the table learnt from the data it will be used with; None = take it as it is.

        Raises:
            VBGError: the file is missing or malformed, or does not fit the data.
        """
        return cls(read_table(path, data.content if data else None))

    def save(self, path: Path) -> None:
        """Write it as YAML, to be read and edited."""
        write_table(self.content, path)

    def draw(self, name: str, generator: np.random.Generator) -> dict[str, str]:
        """Draw attribute -> value, as often as they go together in a class; what was missing there is absent.

        Raises:
            VBGError: nobody knows the class.
        """
        rows = self._entry(name).together
        if not rows:
            return {}
        counts = np.array([row.records for row in rows], float)
        values = rows[generator.choice(len(rows), p=counts / counts.sum())].values
        return {attribute: value for attribute, value in zip(self.attributes, values, strict=True) if value is not None}

    def allows(self, name: str, attribute: str, value: str) -> bool:
        """Whether records of the class have the value."""
        return self._entry(name).values.get(attribute, {}).get(value, 0) > 0

    def permits(self, facts: Facts, phrase: Phrase) -> bool:
        """Whether a text about `facts`, a class and its attributes, may use a phrase of the lexicon.

        It may if the phrase names something the class lists, and either the facts say so, or the phrase stands in
        training texts of the class whose records have the same value of that attribute.
        """
        name, attributes = facts
        entry, drawn, text = self._entry(name), {**attributes, self.task: name}, spoken(phrase)
        for attribute, value in self.lexicon.things[phrase]:
            listed, so = entry.values.get(attribute, {}), drawn.get(attribute)
            told = so == value and (listed.get(value, 0) > 0 or attribute == self.task)
            if value in listed and (told or text in entry.said.get(attribute, {}).get(so, ())):
                return True
        return False

    def seen(self, name: str) -> bool:
        """Whether there are training records of the class."""
        return bool(self._entry(name).together)

    def check_class(self, name: str) -> None:
        """Raise `VBGError` if nobody knows the class."""
        self._entry(name)

    def samples(self, train: TrainView) -> list[Sample]:
        """Class, attributes and texts of every training record that has the class."""
        seen = samples(train, tuple(self.attributes))
        return [sample._replace(attributes=told_apart(sample.attributes, self.attributes)) for sample in seen]

    def tuple_of(self, record: Record) -> dict[str, str]:
        """attribute -> value of a record; missing ones are absent."""
        return told_apart(tuple_of(record, tuple(self.attributes)), self.attributes)

    def _entry(self, name: str) -> Entry:
        if name not in self.content.classes:
            raise VBGError(self.task, f"unknown class '{name}'", did_you_mean(name, self.classes))
        return self.content.classes[name]
