"""Words of texts, and which of them name a class or a value of an attribute. Light."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from vbg_framework.toolkit import LETTER, SHORTEST_WORD, STOP_WORDS

Thing = tuple[str, str]  # an attribute and one of its values; the task is an attribute, too
Phrase = tuple[str, ...]  # words in lower case

# A word, or a single character: a sign, or a letter of a script that puts no spaces between words.
PIECE = re.compile(rf"(\s*)({LETTER}+|\S)")
WORD = re.compile(rf"{LETTER}+|[^\W_]")
PLURALS = (("s", ""), ("es", ""), ("ies", "y"), ("y", "ies"))


class Lexicon:
    """Which phrases name which things.

    The rules are those of `text.policy: mask_label`: a thing is named by its whole name, by each word of it (except
    stop words and words of one or two letters) and by its synonyms, in upper or lower case, singular or plural,
    whatever stands between two words that is no word.

    Args:
        names: thing -> synonyms of its value.

    Attributes:
        things: phrase -> the things it names.
    """

    def __init__(self, names: Mapping[Thing, Sequence[str]]) -> None:
        results: dict[Phrase, set[Thing]] = {}
        for thing, synonyms in names.items():
            for phrase in _phrases(thing[1], synonyms):
                results.setdefault(phrase, set()).add(thing)
        self.things: dict[Phrase, tuple[Thing, ...]] = {
            phrase: tuple(sorted(named)) for phrase, named in results.items()
        }
        self._lengths: dict[str, list[int]] = {}  # first word -> lengths of its phrases, the longest first
        for phrase in sorted(results, key=len, reverse=True):
            lengths = self._lengths.setdefault(phrase[0], [])
            if len(phrase) not in lengths:
                lengths.append(len(phrase))

    def split(self, text: str) -> list[str]:
        """Cut a text into words, signs and phrases; put together they are the text, white space collapsed.

        A phrase of several words is one piece; where phrases overlap, the first and longest counts. A space belongs
        to the piece that follows it.
        """
        pieces = [(" " if space else "") + core for space, core in PIECE.findall(text.strip())]
        places = [index for index, piece in enumerate(pieces) if words(piece)]
        said = [words(pieces[index])[0] for index in places]
        whole, done, i = [], 0, 0
        while i < len(places):
            length = self._match(said[i:])
            start, end = places[i], places[i + length - 1] + 1
            whole += [*pieces[done:start], "".join(pieces[start:end])]
            done, i = end, i + length
        return whole + pieces[done:]

    def phrases(self, text: str) -> Iterator[Phrase]:
        """The phrases of a text that name something, in order."""
        return (phrase for phrase in map(words, self.split(text)) if phrase in self.things)

    def _match(self, said: Sequence[str]) -> int:
        """The number of words of the longest phrase at the beginning; 1 if there is none."""
        lengths = self._lengths.get(said[0], ())
        fitting = (length for length in lengths if length <= len(said))
        return next((length for length in fitting if tuple(said[:length]) in self.things), 1)


def words(text: str) -> Phrase:
    """The words of a text in lower case."""
    return tuple(word.lower() for word in WORD.findall(text))


def spoken(phrase: Phrase) -> str:
    """A phrase as one would write it: `words` makes the same phrase of it."""
    gaps = [" " if all(re.match(LETTER, word) for word in pair) else "" for pair in pairwise(phrase)]
    return phrase[0] + "".join(gap + word for gap, word in zip(gaps, phrase[1:], strict=True))


def _phrases(name: str, synonyms: Sequence[str]) -> set[Phrase]:
    parts = [part for part in re.findall(r"[^\W_]+", name) if len(part) >= SHORTEST_WORD]
    given = [name, *synonyms, *(part for part in parts if part.lower() not in STOP_WORDS)]
    return {form for phrase in map(words, given) if phrase for form in _inflected(phrase)}


def _inflected(phrase: Phrase) -> Iterable[Phrase]:
    """The phrase and the singular and plural of its last word."""
    *start, last = phrase
    yield phrase
    yield from ((*start, last + ending) for ending in ("s", "es"))
    for ending, other in PLURALS:
        if last.endswith(ending) and len(last) > SHORTEST_WORD:
            yield (*start, last.removesuffix(ending) + other)
