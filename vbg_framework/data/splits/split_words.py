"""What the source's words for its splits mean, in a column or as names of folders."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vbg_framework.data.catalogue.spelling import folded

WORDS = {"train": "train", "training": "train"}
WORDS |= dict.fromkeys(["val", "valid", "validation", "dev"], "validation")
WORDS |= dict.fromkeys(["test", "testing", "eval", "evaluation"], "test")
"""The words that Hugging Face `datasets` knows for splits (`datasets.data_files`), with the same meaning."""
NAME = re.compile(rf"({'|'.join(WORDS)})([ _-]?(set|split|data|images))?([ _-]?(19|20)\d\d)?")
"""A word with what often follows it: `Train set`, `test_images`, `val2017`."""


def split_of(word: str | None, values: Mapping[str, str]) -> str | None:
    """The split that a word means, whatever its case; None = there is no word.

    Args:
        word: as the source writes it.
        values: word -> split, as the user says; it wins.

    Returns:
        `train`, `validation` or `test`, or the word itself if nobody knows it: its record cannot be used.
    """
    if word is None or not (name := folded(word)):
        return None
    meant = {folded(key): value for key, value in values.items()}.get(name, word)
    result = NAME.fullmatch(folded(meant))
    return WORDS[result[1]] if result else meant or None
