"""The pictures of a second collection that may be used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

from PIL import Image

from vbg_framework import Part, VBGError
from vbg_framework.screen import Screen
from vbg_framework.toolkit import Items, prepare_data

WHERE = "augmenter.pool"


class Pool:
    """A data set, prepared as any other: damaged and synthetic pictures are in its quarantine.

    Args:
        part: the data set.
        licences: accepted ones.
        screen: where progress is shown.

    Attributes:
        fingerprint: changes when the data set does.
        rows: of the records that have a picture and an accepted licence, in order.
        unlicensed: records with a picture and without an accepted licence.

    Raises:
        VBGError: the data set cannot be read.
    """

    def __init__(self, part: Part[Any], licences: Sequence[str], screen: Screen) -> None:
        prepared = prepare_data(part, screen, accept_loss=None)  # what cannot be used is not found, no more
        self.name, self.fingerprint = part.component.name, prepared.fingerprint
        self.items = Items(prepared, tasks=(), modalities=["image"])
        self.ids, self.licences = self.items.ids, self.items.column("licence")
        there = [row for row, picture in enumerate(self.items.column("sha256")) if picture]
        self.rows = [row for row in there if accepts(licences, self.licences[row] or "")]
        self.unlicensed = len(there) - len(self.rows)

    def pictures(self) -> Iterator[Image.Image]:
        """Those of `rows`, read one at a time."""
        return (self.picture(row) for row in self.rows)

    def picture(self, row: int) -> Image.Image:
        """One of them, in RGB."""
        return cast(Image.Image, self.items.read("image", row))

    def require(self, fingerprint: str) -> None:
        """Raises `VBGError` if the collection is another one than it was."""
        if fingerprint != self.fingerprint:
            what = f"the collection is another one than at fitting, got {self.fingerprint}"
            fix = "Remove the folders `augmenters` and `pools` of the cache (VBG_CACHE), or undo the change."
            raise VBGError(WHERE, what, fix)


def accepts(licences: Sequence[str], stated: str) -> bool:
    """Whether a licence is one of these, of any version: `CC BY` accepts `CC-BY-4.0`, but not `CC BY-NC 4.0`.

    Spelling and signs do not matter, and an address of creativecommons.org counts as what it stands for.
    """
    words = _words(stated)
    names = filter(None, map(_words, licences))
    return any(words[: len(name)] == name and all(map(str.isdigit, words[len(name) :])) for name in names)


def _words(licence: str) -> list[str]:
    plain = re.sub(r"^https?://(www\.)?creativecommons\.org/", "", licence.strip().lower())
    plain = re.sub(r"^licenses/", "cc ", plain)
    plain = re.sub(r"^publicdomain/zero/", "cc0 ", plain)
    plain = re.sub(r"^publicdomain/mark/", "public domain ", plain)
    plain = re.sub(r"^public domain mark\b", "public domain", plain)
    return re.findall(r"[^\W_]+", plain)
