"""What people marked on an object: a region of a picture, words of a text, both together, and what it is called."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from vbg_framework.ui.entries import Entries

Box = tuple[float, float, float, float]
"""Left, top, width and height in per cent of a picture."""
COLUMNS = """
id text not null, picture text not null, region text not null, field text not null, start integer not null,
words text not null, term text not null, who text not null, why text not null, undone integer not null
"""


class Annotation(NamedTuple):
    """One entry. Entries are added and never changed.

    Args:
        id: of the record.
        picture: SHA-256 of the stored picture, hexadecimal; "" = nothing of a picture is marked.
        region: left, top, width and height in per cent of it, separated by commas.
        field: of the texts; "" = no words are marked.
        start: where the words begin in it, in characters.
        words: as they stand there.
        term: what it is called.
        who: name of who marked it.
        why: a remark.
        undone: number of the annotation that is taken back; 0 = none.
        when: time in UTC, ISO 8601.
        number: of the entry, from 1; 0 = not in a ledger yet.
    """

    id: str
    picture: str = ""
    region: str = ""
    field: str = ""
    start: int = 0
    words: str = ""
    term: str = ""
    who: str = ""
    why: str = ""
    undone: int = 0
    when: str = ""
    number: int = 0

    @property
    def box(self) -> Box | None:
        """The region; None = nothing of a picture is marked."""
        if not self.region:
            return None
        left, top, width, height = map(float, self.region.split(","))
        return left, top, width, height


class Annotations(Entries[Annotation]):
    """Annotations of one data set, in the file of its ledger.

    Args:
        path, data: as of `Entries`.
    """

    def __init__(self, path: Path, data: str) -> None:
        super().__init__(path, data, Annotation, "annotations", COLUMNS)

    def standing(self) -> list[Annotation]:
        """Those that were not taken back."""
        return standing(self.all())


def standing(entries: Iterable[Annotation]) -> list[Annotation]:
    """Those that were not taken back."""
    known = [*entries]
    gone = {each.undone for each in known}
    return [each for each in known if not each.undone and each.number not in gone]
