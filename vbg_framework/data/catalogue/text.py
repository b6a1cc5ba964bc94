"""Which catalogue text a model may read: `TextConfig` applied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.config.experiment import TextConfig
from vbg_framework.contracts.record import Task
from vbg_framework.data.catalogue.spelling import normal, normal_lines

MASK = "[MASK]"
"""Stands in a text where a word was masked."""
PREPOSITIONS = {"as", "at", "by", "for", "from", "in", "into", "of", "on", "over", "to", "under", "with", "without"}
STOP_WORDS = PREPOSITIONS | {"a", "an", "and", "or", "other", "others", "the", "unknown", "various"}
"""Words of class names that are never masked."""
SHORTEST_WORD = 3
"""Letters of the shortest word that is masked: a class called "A 1" must not mask every "a"."""
LETTER = r"[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
"""Pattern of a letter of a script that puts spaces between words."""


class TextPolicy:
    """Turns the text fields of one record into the one string a model reads (a `CatalogueText`). Picklable.

    Under `mask_label` these become `[MASK]`, as whole words, in upper or lower case, singular or plural: the name of
    every class, each of its words (except stop words such as `and` or `other`), and the synonyms given for it.

    Args:
        config: the policy.
        fields: the text fields of the data set.
        tasks: the selected tasks, with their classes.

    Attributes:
        fields: the fields it reads, in order.

    Raises:
        VBGError: `config` names a field or a class nobody knows.
    """

    def __init__(self, config: TextConfig, *, fields: Sequence[str], tasks: Sequence[Task]) -> None:
        classes = [name for task in tasks for name in task.classes]
        self.fields = text_fields(config, fields)
        _check("text.synonyms", "class", config.synonyms, classes)
        found = label_words(classes, config.synonyms) if config.policy == "mask_label" else None
        self._mask = found and re.compile(f"{re.escape(MASK)}|{found.pattern}", found.flags)  # what is masked, stays

    def __call__(self, text: str | Mapping[str, str | None] | None) -> CatalogueText | None:
        """Field -> string to one string; a single string counts as the only field. None if nothing is left."""
        fields = text if isinstance(text, Mapping) else dict.fromkeys(self.fields[:1], text)
        parts = {field: normal_lines(fields.get(field) or "") for field in self.fields}
        given = {field: words for field, words in parts.items() if words}
        return CatalogueText(given, self) if given else None

    def masked(self, words: str) -> str:
        """The words with `[MASK]` where they name a class, under `mask_label`."""
        return self._mask.sub(MASK, words) if self._mask else words


class CatalogueText(str):
    """The one string a model reads, which still knows the fields it is joined from, so that these can be changed.

    Attributes:
        fields: field -> words, in reading order.
        policy: says what is masked in them.
    """

    def __new__(cls, fields: Mapping[str, str], policy: TextPolicy) -> CatalogueText:
        """Join the fields, then mask: a class may be named across two of them."""
        made = super().__new__(cls, policy.masked(". ".join(fields.values())))
        made._fields, made._policy = dict(fields), policy
        return made

    _fields: dict[str, str]
    _policy: TextPolicy

    def __getnewargs__(self) -> tuple[dict[str, str], TextPolicy]:  # type: ignore[override]
        return self._fields, self._policy

    @property
    def fields(self) -> dict[str, str]:
        """Field -> words as a model may read them, in reading order; none is empty."""
        return {field: self._policy.masked(words) for field, words in self._fields.items()}

    def changed(self, fields: Mapping[str, str]) -> CatalogueText:
        """The string of other fields. Words that must not be read are masked in these, too.

        Args:
            fields: field -> words, in the order in which they are to be read.
        """
        return CatalogueText(fields, self._policy)


def text_fields(config: TextConfig, fields: Sequence[str]) -> tuple[str, ...]:
    """The text fields that a policy leaves to be read, in order.

    Raises:
        VBGError: it names a field nobody knows.
    """
    _check("text.fields", "text field", config.fields or [], fields)
    _check("text.drop", "text field", config.drop, fields)
    wanted = fields if config.fields is None else config.fields
    return tuple(field for field in wanted if field not in config.drop)


def _check(where: str, kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise VBGError(where, f"unknown {kind} '{name}'", did_you_mean(name, known))


def label_words(classes: Iterable[str], synonyms: Mapping[str, Sequence[str]]) -> re.Pattern[str] | None:
    """A pattern that finds every word which names one of the classes (see `TextPolicy`); None if there is none."""
    names = [_words(name) for name in classes]
    phrases = {tuple(words) for words in names} | {tuple(_words(word)) for more in synonyms.values() for word in more}
    phrases |= {(word,) for words in names for word in words if len(word) >= SHORTEST_WORD and word not in STOP_WORDS}
    longest_first = sorted(filter(None, phrases), key=lambda phrase: (-len(phrase), phrase))
    if not longest_first:
        return None
    either = "|".join(r"[\W_]+".join([*map(re.escape, words[:-1]), _inflected(words[-1])]) for words in longest_first)
    return re.compile(f"(?<!{LETTER})(?:{either})(?!{LETTER})", re.IGNORECASE)


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", normal(name).lower())


def _inflected(word: str) -> str:
    """A pattern for the singular and the plural of a word that is given as either."""
    forms = {word, word + "s", word + "es"}
    for ending, other in (("s", ""), ("es", ""), ("ies", "y"), ("y", "ies")):
        if word.endswith(ending) and len(word) > SHORTEST_WORD:
            forms.add(word.removesuffix(ending) + other)
    return f"(?:{'|'.join(sorted(map(re.escape, forms), reverse=True))})"
