"""Which files describe which picture, among neighbours in a shard."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from vbg_webdataset.shard import NOTES, Member

PART = re.compile(
    r"(\.(meta|metadata|data|info|label|labels|class|caption|text|annotation|annotations))+$", re.IGNORECASE
)
"""Words that say what a file holds and are no part of the object's name: `0001.meta.json`."""


class Notes:
    """The `.json`, `.txt` and `.cls` files of neighbours, by the name of what they describe.

    A note describes what is called like itself, or goes on after it with a dot: `0001.json` describes `0001.jpg` and
    `0001.front.jpg`. Words for what a note holds do not count where no picture has them too.

    Args:
        members: neighbours.
        before: stem of the member before them.

    Attributes:
        pictures: the pictures among them.
        by_kind: kind -> name of what it describes -> the notes.
    """

    def __init__(self, members: Sequence[Member], before: str) -> None:
        self.pictures = [member for member in members if member.kind == "image"]
        self.by_kind: dict[str, dict[str, list[Member]]] = {kind: defaultdict(list) for kind in NOTES}
        self._stems, self._before = [picture.stem for picture in self.pictures], before
        for member in members:
            if member.kind != "image":
                own = any(under(stem, member.stem) for stem in self._stems)
                self.by_kind[member.kind][member.stem if own else short(member.stem)].append(member)

    def nearest(self, stem: str) -> dict[str, str]:
        """Kind -> name of the nearest notes that describe a picture."""
        results = {kind: [key for key in keys if under(stem, key)] for kind, keys in self.by_kind.items()}
        return {kind: max(keys, key=len) for kind, keys in results.items() if keys}

    def choice(self, kind: str, key: str) -> Member | None:
        """The one of these notes that counts: that without words for what it holds; None = they differ."""
        result = self.by_kind[kind][key]
        exact = [note for note in result if note.stem == key] or result
        return exact[0] if len({note.content for note in exact}) == 1 else None

    def doubt(self, picture: Member, keys: Mapping[str, str]) -> str:
        """Why the nearest notes may not be those of a picture; "" = they are."""
        stem = picture.stem
        if sum(picture.name == other.name for other in self.pictures) > 1:
            return f"'{picture.name}' is there twice, with different contents"
        for kind, key in keys.items():
            if self.choice(kind, key) is None:
                return f"'{key}' has two different .{kind} files, got {self._size(key)} members"
            another = self._may_be_a_view(stem, kind) if key == stem else self._may_be_another(stem, kind, key)
            if another:
                return f".{kind} file may be that of another object, got {self._size(key)} members of '{key}'"
        return ""

    def _may_be_another(self, stem: str, kind: str, key: str) -> bool:
        """Whether what follows the name of the object may be a number of another object, not that of a view.

        It may if a neighbour that is called alike has such a note of its own, and, where it holds a digit, if it has
        several parts or the object has a picture without it.
        """
        if any(key != (self.nearest(each).get(kind)) and under(each, key) for each in {*self._stems}):
            return True
        if self._before != key and under(self._before, key):
            return True
        return digits(stem, key) and (key in self._stems or "." in stem[len(key) + 1 :])

    def _may_be_a_view(self, stem: str, kind: str) -> bool:
        """Whether a picture called like a note may be a view of an object with a shorter name.

        It may if the note has other pictures too: `1.1.jpg` beside `1.json`, `1.1.json` and `1.1.front.jpg`.
        """
        shorter = any(key != stem and under(stem, key) for key in self.by_kind[kind])
        return shorter and any(other != stem and under(other, stem) for other in self._stems)

    def _size(self, key: str) -> int:
        keys = [each for named in self.by_kind.values() for each, notes in named.items() for _ in notes]
        return sum(under(each, key) for each in [*self._stems, *keys])


def under(stem: str, key: str) -> bool:
    """Whether a name is another one or goes on after it with a dot."""
    return stem == key or stem.startswith(key + ".")


def related(one: str, other: str) -> bool:
    """Whether one of two names goes on after the other."""
    return under(one, other) or under(other, one)


@lru_cache(4096)
def short(stem: str) -> str:
    """A name without words for what the file holds."""
    return PART.sub("", stem)


def digits(one: str, other: str) -> bool:
    """Whether there is a digit in what one of two related names has more than the other."""
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return any(sign.isdigit() for sign in longer[len(shorter) :])
