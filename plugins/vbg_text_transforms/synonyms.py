"""Words and phrases of a text exchanged for others that mean the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

import torch

from vbg_framework.toolkit import LETTER, MASK


class Synonyms:
    """Replaces whole words at random, whatever their case; `[MASK]` stays.

    Args:
        groups: phrases that mean the same; no phrase stands twice.
        probability: of a replacement, for every place where a phrase stands.
    """

    def __init__(self, groups: Sequence[Sequence[str]], probability: float) -> None:
        self.probability = probability
        spaced = [[" ".join(phrase.split()) for phrase in group] for group in groups]
        self.others = {phrase.casefold(): [o for o in group if o != phrase] for group in spaced for phrase in group}
        longest_first = sorted(self.others, key=lambda phrase: (-len(phrase), phrase))
        either = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in longest_first)
        whole = f"(?<!{LETTER})(?:{either})(?!{LETTER})"
        self.pattern = re.compile(f"{re.escape(MASK)}|{whole}" if longest_first else re.escape(MASK), re.IGNORECASE)

    def __call__(self, words: str) -> str:
        """Draws from torch's global generator."""
        return self.pattern.sub(self._one, words)

    def _one(self, result: re.Match[str]) -> str:
        phrase = result[0]
        others = self.others.get(" ".join(phrase.split()).casefold(), [])  # none for `[MASK]`
        if not others or torch.rand(()) >= self.probability:
            return phrase
        return cased(others[int(torch.randint(len(others), ()))], phrase)


def cased(words: str, like: str) -> str:
    """The words in capitals, or with a capital in front, if another phrase has them; else as they are."""
    if len(like) > 1 and like.isupper():
        return words.upper()
    return words[0].upper() + words[1:] if like[0].isupper() else words
