"""One spelling for every word that looks the same: the boundary at which all text of a source enters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations

INVISIBLE = re.compile(
    "[\u0001-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
"""Characters nobody sees."""
SHAPED = "\u0590-\u0dff\u0f00-\u109f\u1780-\u18af\u2190-\u2bff\U0001f000-\U0001faff"
JOINERS = re.compile(f"(?<![{SHAPED}])[\u200c\u200d]+|[\u200c\u200d]+(?![{SHAPED}])")
"""Joiners that join nothing: Arabic, Indic and other scripts and emoji need theirs."""
KEPT = 4096  # names whose forms are kept: those of columns and keys come again in every row
MOST_PAIRS = 2_000
"""Classes that are compared with each other letter by letter; of larger sets only those that fold to the same word."""

MOST_NAMED = 10
"""Groups of classes that are named where they look alike."""


def normal(text: str) -> str:
    """The normal form of a text: composed (NFC), without invisible characters, single spaces, none at the ends.

    Two texts that look the same have the same normal form; upper and lower case stay apart. Source: Unicode Standard
    Annex 15 (normalisation forms); spaces are those of `str.split`.
    """
    if text.isascii() and text.isprintable():  # nearly every cell
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", JOINERS.sub("", INVISIBLE.sub("", text))).split())


def normal_lines(text: str) -> str:
    """The normal form of a longer text, whose lines stay apart; empty ones are left out."""
    return "\n".join(filter(None, map(normal, text.splitlines())))


def folded(text: str) -> str:
    """The normal form without upper case, for names that are looked up: columns, files, splits."""
    return unicodedata.normalize("NFC", normal(text).casefold())


_normal, _folded = lru_cache(KEPT)(normal), lru_cache(KEPT)(folded)


def spelt(name: str, known: Iterable[str]) -> list[str]:
    """Those of `known` that `name` means: itself, else those of the same normal form, else of the same folded form."""
    names = list(dict.fromkeys(known))
    if name in names:
        return [name]
    for form in (_normal, _folded):
        if results := [other for other in names if form(other) == form(name)]:
            return results
    return []


def skeleton(text: str) -> str:
    """Letters and digits only, without case and diacritics."""
    plain = unicodedata.normalize("NFKD", folded(text))
    return "".join(sign for sign in plain if sign.isalnum())


def alike(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Groups of names that differ only in case, spacing, punctuation, diacritics or one letter, in alphabetical order.

    Names of fewer than four letters, and names that differ in a digit, are never one letter apart.
    """
    groups: dict[str, list[str]] = {}
    for name in sorted(names):
        groups.setdefault(skeleton(name) or name, []).append(name)
    results = [tuple(members) for members in groups.values() if len(members) > 1]
    if len(groups) <= MOST_PAIRS:
        pairs = combinations(sorted(groups), 2)
        results += [(groups[a][0], groups[b][0]) for a, b in pairs if _one_letter_apart(a, b)]
    return sorted(results)


def alike_sentence(task: str, groups: Sequence[Sequence[str]]) -> str:
    """Which classes of a task may be meant to be one, in words."""
    named = "; ".join(" / ".join(f"'{name}'" for name in group) for group in groups[:MOST_NAMED])
    more = f"; and {len(groups) - MOST_NAMED:,} more" if len(groups) > MOST_NAMED else ""
    return f"{task}: some classes differ only in case, spacing, diacritics or one letter ({named}{more}). Are they one?"


def _one_letter_apart(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or len(short) < 4:
        return False
    start = next((index for index, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    rest = short[start:] if len(short) < len(long) else short[start + 1 :]
    return long[start + 1 :] == rest and not _digits({*short[start : start + 1], *long[start : start + 1]})


def _digits(signs: Iterable[str]) -> bool:
    return any(sign.isdigit() for sign in signs)
