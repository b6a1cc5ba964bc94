"""Texts without a language model: training texts, or given patterns, with other names put in. Light."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

import numpy as np

from vbg_framework import VBGError
from vbg_framework.toolkit import did_you_mean
from vbg_gan.table import AttributeTable
from vbg_gan.table_learning import Facts, Sample
from vbg_gan.words import words

TRIES = 20  # patterns looked at before a field is left out


@dataclass(frozen=True)
class Slot:
    """A place for a name.

    Args:
        attribute: the attribute, or the task, whose value is named.
        upper: whether the name that stood there began with a capital.
    """

    attribute: str
    upper: bool = False


@dataclass(frozen=True)
class Pattern:
    """A text with slots.

    Args:
        parts: strings and slots.
        facts: task and attribute -> value of the record it was taken from; None = it was given, and suits everything.
    """

    parts: tuple[str | Slot, ...]
    facts: Mapping[str, str] | None = None

    @property
    def slots(self) -> set[str]:
        """What it names."""
        return {part.attribute for part in self.parts if isinstance(part, Slot)}


class Template:
    """Fills patterns with what a text is to be about.

    A training text becomes a pattern: where it names its own class or one of its values, there is a slot. A field
    speaks of everything that has a slot in one of its patterns. A pattern that is silent about one of these serves
    only facts that agree with its record on it: it may say the same in words that nobody listed.

    Args:
        table: which names are permitted.
        given: field -> patterns such as `A {form} from {kiln}`, instead of those from training texts.

    Raises:
        VBGError: a given pattern is malformed or has a slot for something unknown.
    """

    def __init__(self, table: AttributeTable, given: Mapping[str, Sequence[str]]) -> None:
        self._table, self._given = table, set(given)
        self.patterns = {field: [_parse(text, table, field) for text in texts] for field, texts in given.items()}
        self.shares: dict[str, float] = dict.fromkeys(given, 1.0)
        self.names: dict[str, dict[str, Counter[str]]] = {}
        self._topics: dict[str, set[str]] = {}
        self._found: dict[tuple[Any, ...], list[Pattern]] = {}

    def learn(self, samples: Sequence[Sample]) -> None:
        """Take patterns, the share of records with each field, and what each value is called from training texts."""
        present: Counter[str] = Counter()
        for sample in samples:
            facts = {**sample.attributes, self._table.task: sample.name}
            for field, text in sample.texts.items():
                if text.strip():
                    present[field] += 1
                    pattern = Pattern(tuple(self._cut(text, facts)), facts)
                    if field not in self._given:
                        self.patterns.setdefault(field, []).append(pattern)
        some = sum(any(text.strip() for text in sample.texts.values()) for sample in samples)
        self.shares |= {field: count / some for field, count in present.items()}

    def fill(self, facts: Facts, generator: np.random.Generator) -> dict[str, str]:
        """Write one text: field -> string. A field for which no pattern is found is left out."""
        texts = {}
        for field in self.patterns:
            if generator.random() < self.shares[field] and (text := self._text(field, facts, generator)):
                texts[field] = text
        return texts

    def state(self) -> dict[str, Any]:
        """What was learnt, as JSON."""
        patterns = {field: [_packed(pattern) for pattern in result] for field, result in self.patterns.items()}
        return {"patterns": patterns, "shares": self.shares, "names": self.names}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Become what `state` described."""
        self.patterns = {
            field: [_unpacked(*packed) for packed in result] for field, result in state["patterns"].items()
        }
        self.shares = dict(state["shares"])
        self.names = {a: {v: Counter(names) for v, names in result.items()} for a, result in state["names"].items()}

    def _cut(self, text: str, facts: Mapping[str, str]) -> Iterator[str | Slot]:
        """A training text with slots; words for one value that follow each other, as in "Middle Kingdom", share one."""
        run, about = "", ""
        for piece in [*self._table.lexicon.split(text), ""]:
            attribute = self._names(piece, facts)
            if run and attribute != about:
                yield from self._slot(run, about, facts)
                run = ""
            if attribute:
                run, about = run + piece, attribute
            elif piece:
                yield piece

    def _names(self, piece: str, facts: Mapping[str, str]) -> str:
        """The attribute whose value, of those in `facts`, a piece of text names; empty = none."""
        things = self._table.lexicon.things.get(words(piece), ())
        return next((attribute for attribute, value in things if facts.get(attribute) == value), "")

    def _slot(self, run: str, attribute: str, facts: Mapping[str, str]) -> Iterator[str | Slot]:
        name = run.strip()
        self.names.setdefault(attribute, {}).setdefault(facts[attribute], Counter())[name] += 1
        if run != name:
            yield " "
        yield Slot(attribute, upper=name[0].isupper())

    def _text(self, field: str, facts: Facts, generator: np.random.Generator) -> str:
        drawn = {**facts[1], self._table.task: facts[0]}
        suited = self._suited(field, drawn)
        for place in generator.permutation(len(suited))[:TRIES]:
            text = "".join(self._part(part, drawn, generator) for part in suited[place].parts)
            if all(self._table.permits(facts, phrase) for phrase in self._table.lexicon.phrases(text)):
                return text
        return ""

    def _suited(self, field: str, drawn: Mapping[str, str]) -> list[Pattern]:
        topics = self._topics.get(field) or {slot for pattern in self.patterns[field] for slot in pattern.slots}
        self._topics[field] = topics
        key = (field, *(drawn.get(topic) for topic in sorted(topics)))
        if key not in self._found:
            self._found[key] = [pattern for pattern in self.patterns[field] if _suits(pattern, drawn, topics)]
        return self._found[key]

    def _part(self, part: str | Slot, drawn: Mapping[str, str], generator: np.random.Generator) -> str:
        if isinstance(part, str):
            return part
        value = drawn[part.attribute]
        names = self.names.get(part.attribute, {}).get(value) or Counter({value: 1})
        small = Counter({name: count for name, count in names.items() if part.upper or not name[0].isupper()})
        names = small or names  # "Foot" stood at the beginning of a sentence, but "Ding" is a proper name
        counts = np.array(list(names.values()), float)
        name = str(generator.choice(list(names), p=counts / counts.sum()))
        return name[:1].upper() + name[1:] if part.upper else name


def _suits(pattern: Pattern, drawn: Mapping[str, str], topics: set[str]) -> bool:
    """Whether all its slots can be filled, and it says nothing else about the topics of its field."""
    source = drawn if pattern.facts is None else pattern.facts
    silent = topics - pattern.slots
    return pattern.slots <= drawn.keys() and all(source.get(topic) == drawn.get(topic) for topic in silent)


def _parse(text: str, table: AttributeTable, field: str) -> Pattern:
    where = f"patterns.{field}"
    try:
        results = list(Formatter().parse(text))
    except ValueError as error:
        raise VBGError(where, f"malformed pattern '{text}' ({error})", "Write slots as {kiln}.") from None
    known = [table.task, *table.attributes]
    for _, name, *_ in results:
        if name is not None and name not in known:
            raise VBGError(where, f"unknown slot '{name}'", did_you_mean(name, known))
    return Pattern(tuple(part for string, name, *_ in results for part in (string, name and Slot(name)) if part))


def _packed(pattern: Pattern) -> list[Any]:
    parts = [part if isinstance(part, str) else [part.attribute, part.upper] for part in pattern.parts]
    return [parts, pattern.facts]


def _unpacked(parts: Sequence[Any], facts: Mapping[str, str] | None) -> Pattern:
    return Pattern(tuple(part if isinstance(part, str) else Slot(*part) for part in parts), facts)
