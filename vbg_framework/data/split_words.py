"""The words with which sources name training, validation and test."""

from __future__ import annotations

from collections.abc import Mapping

from vbg_framework.data.spelling import folded

WORDS = {"train": "train", "training": "train", "test": "test", "testing": "test"}
WORDS |= dict.fromkeys(("val", "valid", "validation", "dev"), "validation")


def split_of(word: str, values: Mapping[str, str]) -> str:
    """The split a word means: as the user says, else by the usual words; an unknown word stays as it is."""
    known = WORDS | {folded(name): split for name, split in values.items()}
    return known.get(folded(word), word)
