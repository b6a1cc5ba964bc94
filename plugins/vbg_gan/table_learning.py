"""Counting a category-attribute table from training records. Light."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from vbg_framework import Record, TrainView, VBGError
from vbg_framework.toolkit import did_you_mean
from vbg_gan.table_file import Entry, Row, TableFile
from vbg_gan.words import Lexicon, spoken

Facts = tuple[str, Mapping[str, str]]  # a class, and attribute -> value


T = TypeVar("T")


class Sample(NamedTuple):
    """What a table, a language model and a template learn from: a training record without its image.

    Args:
        record: id of the record.
    """

    name: str
    attributes: Mapping[str, str]
    texts: Mapping[str, str]
    record: str = ""

    @property
    def facts(self) -> Facts:
        """What its text is about."""
        return self.name, self.attributes


def learn(train: TrainView, attributes: Sequence[str], most: int) -> TableFile:
    """See `AttributeTable.learn`."""
    _check_names(train, attributes)
    seen = list(samples(train, attributes))
    values = {attribute: _values(train, seen, attribute, most) for attribute in attributes}
    known = [sample._replace(attributes=told_apart(sample.attributes, values)) for sample in seen]
    if empty := [attribute for attribute in attributes if not values[attribute]]:
        names = (set(train.tasks) | _metadata(train)) - {train.task.name}
        raise VBGError("attributes", f"no training record has '{empty[0]}'", did_you_mean(empty[0], names))
    entries = {name: _entry(train.task.name, name, attributes, known) for name in train.task.classes}
    table = TableFile(task=train.task.name, attributes=values, classes=entries)
    return _overheard(table, known)


def samples(train: TrainView, attributes: Sequence[str]) -> Iterator[Sample]:
    """The training records that have a class of the task."""
    for record in train:
        name = record.targets.get(train.task.name)
        if name is not None:
            yield Sample(name, tuple_of(record, attributes), record.inputs.get("text", {}), record.id)


def tuple_of(record: Record, attributes: Sequence[str]) -> dict[str, str]:
    """attribute -> value of a record: its class if there is such a task, else its metadata; missing ones are absent."""
    known = {**record.inputs.get("metadata", {}), **record.targets}
    results = {attribute: str(known[attribute]).strip() for attribute in attributes if known.get(attribute) is not None}
    return {attribute: value for attribute, value in results.items() if value}


def told_apart(results: Mapping[str, str], values: Mapping[str, Collection[str]]) -> dict[str, str]:
    """attribute -> value without the values that a table does not list."""
    return {attribute: value for attribute, value in results.items() if value in values[attribute]}


def lexicon(table: TableFile) -> Lexicon:
    """Which phrases name which class or value of a table."""
    everything = {table.task: list(table.classes), **table.attributes}
    things = ((attribute, value) for attribute, values in everything.items() for value in values)
    return Lexicon({thing: table.words.get(thing[0], {}).get(thing[1], ()) for thing in things})


def _check_names(train: TrainView, attributes: Sequence[str]) -> None:
    for attribute in attributes:
        if attribute == train.task.name or list(attributes).count(attribute) > 1:
            raise VBGError("attributes", f"'{attribute}' is the task itself or given twice", "Remove it.")
    for name in (train.task.name, *attributes):
        if name in train.tasks and train.tasks[name].multi_label:
            raise VBGError("attributes", f"'{name}' has several classes per record", "Use single-label tasks only.")


def _values(train: TrainView, seen: Sequence[Sample], attribute: str, most: int) -> list[str]:
    """All classes of a task; of a metadata field the commonest values."""
    counts = Counter(sample.attributes[attribute] for sample in seen if attribute in sample.attributes)
    if attribute in train.tasks:
        return sorted({*train.tasks[attribute].classes, *counts})
    return sorted(islice(_ranked(counts), most))


def _metadata(train: TrainView) -> set[str]:
    return {field for record in train for field in record.inputs.get("metadata", {})}


def _entry(task: str, name: str, attributes: Sequence[str], known: Sequence[Sample]) -> Entry:
    """What the records of one class have, the commonest first."""
    tuples = [sample.attributes for sample in known if sample.name == name]
    counts = {
        attribute: Counter(facts[attribute] for facts in tuples if attribute in facts) for attribute in attributes
    }
    rows = Counter(tuple(facts.get(attribute) for attribute in attributes) for facts in tuples)
    return Entry(
        values={task: {name: len(tuples)}, **{attribute: _ranked(counts[attribute]) for attribute in attributes}},
        together=[Row(count, row) for row, count in _ranked(rows).items()],
    )


def _ranked(counts: Counter[T]) -> dict[T, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))))


def _overheard(table: TableFile, known: Sequence[Sample]) -> TableFile:
    """The table with the phrases of training texts that name nothing of what their record is."""
    words = lexicon(table)
    listed = {name: {a: dict(counts) for a, counts in entry.values.items()} for name, entry in table.classes.items()}
    said: dict[str, dict[str, dict[str | None, set[str]]]] = {name: {} for name in table.classes}
    for name, attributes, texts, _ in known:
        drawn = {**attributes, table.task: name}
        for phrase in {phrase for text in texts.values() for phrase in words.phrases(text)}:
            things = words.things[phrase]
            if any(drawn.get(attribute) == value for attribute, value in things):
                continue
            for attribute, value in things:
                listed[name][attribute].setdefault(value, 0)
                said[name].setdefault(attribute, {}).setdefault(drawn.get(attribute), set()).add(spoken(phrase))
    entries = {
        name: Entry(values=listed[name], together=entry.together, said=_sorted(said[name]))
        for name, entry in table.classes.items()
    }
    return TableFile(task=table.task, attributes=table.attributes, classes=entries)


def _sorted(said: Mapping[str, Mapping[str | None, set[str]]]) -> dict[str, dict[str | None, list[str]]]:
    return {
        attribute: {value: sorted(result[value]) for value in sorted(result, key=lambda value: (value is None, value))}
        for attribute, result in sorted(said.items())
    }
