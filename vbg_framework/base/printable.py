"""Text of others on a terminal: signs that a terminal would obey are shown, not sent. Light."""

from __future__ import annotations

import re

_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tab and line feed, signs that turn the direction of writing, halves of surrogate pairs."""


def printable(text: str) -> str:
    """The text with such signs written as escapes: `\\x1b[2J`, never a cleared screen."""
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
