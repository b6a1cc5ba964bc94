"""From texts to numbers and back: words, and what a text is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from vbg_gan.table import AttributeTable
from vbg_gan.table_learning import Facts
from vbg_gan.words import Lexicon, words

END, UNKNOWN = range(2)  # END also stands before the first word
SPECIAL = 2


class Vocabulary:
    """The words of the training texts, with their spaces, and one mark per field, which begins it.

    Words are whole: a name is then a fixed sequence of tokens, and a mask that keeps it out is exact. With pieces of
    words there would be many ways to spell it.

    Args:
        fields: the text fields, in the order they are written.
        tokens: pieces as `Lexicon.split` cuts them.
        lexicon: which phrases stay in one piece.
    """

    def __init__(self, fields: Sequence[str], tokens: Sequence[str], lexicon: Lexicon) -> None:
        self.fields, self.tokens, self._lexicon = tuple(fields), tuple(tokens), lexicon
        self.first = SPECIAL + len(self.fields)
        self._marks = {field: i for i, field in enumerate(self.fields, SPECIAL)}
        self._ids = {token: i for i, token in enumerate(self.tokens, self.first)}

    def __len__(self) -> int:
        return self.first + len(self.tokens)

    @classmethod
    def learn(cls, texts: Sequence[Mapping[str, str]], lexicon: Lexicon, size: int) -> Vocabulary:
        """Collect fields and words.

        Args:
            texts: field -> string, per record.
            size: most words; those that name something come first, then the commonest.
        """
        fields = dict.fromkeys(field for text in texts for field in text)
        counts = Counter(token for text in texts for string in text.values() for token in lexicon.split(string))
        ranked = sorted(counts, key=lambda token: (words(token) not in lexicon.things, -counts[token], token))
        return cls(list(fields), ranked[:size], lexicon)

    def encode(self, texts: Mapping[str, str]) -> list[int]:
        """Field -> string to token ids, without END; an empty field is a missing one."""
        ids = []
        for field, mark in self._marks.items():
            pieces = self._lexicon.split(texts.get(field) or "")
            ids += [mark, *(self._ids.get(piece, UNKNOWN) for piece in pieces)] if pieces else []
        return ids

    def decode(self, ids: Iterable[int]) -> dict[str, str]:
        """Token ids to field -> string; ends at END."""
        texts: dict[str, str] = {}
        for i in ids:
            if i == END:
                break
            if i < self.first:
                field = self.fields[i - SPECIAL]
                texts[field] = ""
            else:
                texts[field] += self.tokens[i - self.first]
        return {name: text for name, text in texts.items() if text}

    def state(self) -> dict[str, Any]:
        """What `__init__` needs besides the lexicon, as JSON."""
        return {"fields": self.fields, "tokens": self.tokens}


class Conditions:
    """What a text is about, as numbers: a one-hot vector of the class and of each attribute, one after the other.

    Args:
        table: names classes and values.

    Attributes:
        sizes: number of classes, then of values of each attribute.
    """

    def __init__(self, table: AttributeTable) -> None:
        groups = {table.task: table.classes, **table.attributes}
        self._task = table.task
        self._places = {name: {value: i for i, value in enumerate(values)} for name, values in groups.items()}
        self.sizes = [len(values) for values in groups.values()]

    def targets(self, facts: Sequence[Facts]) -> Tensor:
        """(B, G) index of the class, then of the value of each attribute; -1 = missing or unknown."""
        return torch.tensor(
            [
                [
                    places.get({**attributes, self._task: name}.get(group, ""), -1)
                    for group, places in self._places.items()
                ]
                for name, attributes in facts
            ]
        )

    def vectors(self, facts: Sequence[Facts]) -> Tensor:
        """(B, sum of sizes) of 0 and 1; a missing attribute is all 0."""
        targets = self.targets(facts)
        hot = [torch.eye(size + 1)[:, :size][targets[:, i]] for i, size in enumerate(self.sizes)]
        return torch.cat(hot, dim=1)  # row -1 of each is the one without a 1
