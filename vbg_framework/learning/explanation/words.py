"""Words of a text that an answer rests on, by leaving each out."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST = 64
"""Texts of more words are cut into so many pieces of neighbouring words."""
WORD = re.compile(r"\w+(?:[-'\u2019]\w+)*")
HIDDEN = "[MASK]"  # stands for a hidden label; not a word of the catalogue

Span = tuple[int, int]


def spans(text: str, most: int = MOST) -> list[Span]:
    """Begin and end of each word; of a long text of runs of words."""
    words = [result.span() for result in WORD.finditer(text) if text[result.start() - 1 : result.end() + 1] != HIDDEN]
    size = max(1, -(-len(words) // most))
    runs = [words[start : start + size] for start in range(0, len(words), size)]
    return [(run[0][0], run[-1][1]) for run in runs]


def without(text: str, left_out: Sequence[Span]) -> list[str]:
    """The text without each of the spans, one copy for each."""
    return [f"{text[:start]} {text[end:]}".strip() for start, end in left_out]
