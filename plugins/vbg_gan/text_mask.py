"""Which words may follow, so that no text names what the category-attribute table does not permit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from vbg_framework.toolkit import LETTER
from vbg_gan.table import AttributeTable
from vbg_gan.table_learning import Facts
from vbg_gan.text_vocabulary import END, SPECIAL, Vocabulary
from vbg_gan.words import PIECE, Phrase, words


class TokenMask:
    """Permits and forbids tokens while texts are written.

    A forbidden phrase of one word, or in one token, is forbidden outright. No phrase of several words is put together
    from several tokens, permitted or not: of "blue and white" the "white" is forbidden after "blue and". So a text is
    always cut again into the tokens that were written, as the lexicon keeps a phrase in one piece. What lies within
    one token that is a permitted phrase is permitted: the "white" of "blue-and-white".

    Args:
        table: which phrases are permitted.
        vocabulary: the tokens.

    Attributes:
        said: the words of each token.
        spaced: (V,) tokens that begin with a space.
        begins, ends: (V,) tokens that would run together with a word before or behind them.
        longest: most words of a phrase.
        completions: first words of phrases -> the tokens that bring the rest of one.
    """

    def __init__(self, table: AttributeTable, vocabulary: Vocabulary) -> None:
        self._table, self.vocabulary = table, vocabulary
        special, things = [False] * vocabulary.first, table.lexicon.things
        pieces = [PIECE.findall(token) for token in vocabulary.tokens]
        self.said: list[Phrase] = [()] * vocabulary.first + [words(token) for token in vocabulary.tokens]
        self.spaced = torch.tensor(special + [result[0][0] != "" for result in pieces])
        self.begins = torch.tensor(special + [_is_word(result[0][1]) for result in pieces]) & ~self.spaced
        self.ends = torch.tensor(special + [_is_word(result[-1][1]) for result in pieces])
        self.longest = max(map(len, things), default=1)
        self.completions = _completions(things, self.said)
        self._named = [(i, phrase) for i, phrase in enumerate(self.said) if phrase in things]
        self._rows: dict[tuple[Any, ...], Tensor] = {}

    def begin(self, facts: Sequence[Facts]) -> Guard:
        """Start one text per fact."""
        return Guard(self, torch.stack([self._row(fact) for fact in facts]))

    def _row(self, facts: Facts) -> Tensor:
        """(V,) tokens that are not forbidden outright."""
        key = (facts[0], tuple(sorted(facts[1].items())))
        if key not in self._rows:
            fixed = torch.ones(len(self.vocabulary), dtype=torch.bool)
            fixed[: self.vocabulary.first] = False
            fixed[[i for i, phrase in self._named if not self._table.permits(facts, phrase)]] = False
            self._rows[key] = fixed
        return self._rows[key]


class Guard:
    """The mask of a batch of texts, word by word. Made by `TokenMask.begin`.

    Args:
        mask: the tokens and phrases.
        fixed: (B, V) tokens that are not forbidden outright.
    """

    def __init__(self, mask: TokenMask, fixed: Tensor) -> None:
        self._mask, self._fixed = mask, fixed
        self._last = torch.full((len(fixed),), END)
        self._field = torch.full((len(fixed),), SPECIAL - 1)  # the mark of the field each text is in
        self._recent: list[Phrase] = [()] * len(fixed)

    def allowed(self) -> Tensor:
        """(B, V) bool, at least one True per row. Fields come in order and are not empty; after END comes END."""
        first, last = self._mask.vocabulary.first, self._last
        inside, opening = last >= first, (last >= SPECIAL) & (last < first)
        done = (last == END) & (self._field >= SPECIAL)
        allowed = self._fixed & (inside | opening)[:, None] & ~(opening[:, None] & self._mask.spaced)
        allowed &= ~(self._mask.ends[last][:, None] & self._mask.begins)
        self._forbid_completions(allowed)
        allowed[:, SPECIAL:first] = torch.arange(SPECIAL, first) > self._field[:, None]
        allowed[opening | done, SPECIAL:first] = False
        allowed[:, END] = inside | done | ~allowed.any(dim=1)
        return allowed

    def advance(self, ids: Tensor) -> None:
        """Take note of the (B,) tokens that were written."""
        self._last = ids = ids.cpu()
        self._field = torch.where((ids >= SPECIAL) & (ids < self._mask.vocabulary.first), ids, self._field)
        keep, said = self._mask.longest - 1, self._mask.said
        pairs = zip(self._recent, ids.tolist(), strict=True)
        self._recent = [(*recent, *said[i])[-keep:] if keep else () for recent, i in pairs]

    def _forbid_completions(self, allowed: Tensor) -> None:
        for row, recent in enumerate(self._recent):
            for size in range(1, len(recent) + 1):
                if (tokens := self._mask.completions.get(recent[-size:])) is not None:
                    allowed[row, tokens] = False


def _completions(phrases: Iterable[Phrase], said: Sequence[Phrase]) -> dict[Phrase, Tensor]:
    heads: dict[Phrase, list[int]] = {}
    for i, spoken in enumerate(said):
        for length in range(1, len(spoken) + 1):
            heads.setdefault(spoken[:length], []).append(i)
    results: dict[Phrase, set[int]] = {}
    for phrase in phrases:
        for index in range(1, len(phrase)):
            results.setdefault(phrase[:index], set()).update(heads.get(phrase[index:], ()))
    return {begun: torch.tensor(sorted(tokens)) for begun, tokens in results.items() if tokens}


def _is_word(core: str) -> bool:
    return re.match(LETTER, core) is not None
