"""Sentences that a reader of a comparison must know, each with a code."""

from __future__ import annotations

from typing import Literal

NoteCode = Literal[
    "missing_pairs", "too_few_pairs", "fixed_split", "no_spread", "no_interval", "within_margin", "interval_against_p"
]


class Note(str):
    """A sentence, and the code of what it is about: programs read the code, people the sentence.

    Codes are `missing_pairs`, `too_few_pairs` (no result could be significant), `fixed_split`, `no_spread`,
    `no_interval`, `within_margin` (smaller than the margin) and `interval_against_p` (they contradict each other).
    """

    code: NoteCode

    def __new__(cls, code: NoteCode, text: str) -> Note:
        """A string with a code; it goes through `copy` and `pickle` as it is."""
        note = super().__new__(cls, text)
        note.code = code
        return note

    def __getnewargs__(self) -> tuple[NoteCode, str]:  # type: ignore[override]  # copies and pickles keep the code
        return self.code, str(self)
