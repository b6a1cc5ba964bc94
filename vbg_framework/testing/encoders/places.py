"""What an encoder promises that says where its tokens stand."""

from __future__ import annotations

from typing import Any

from vbg_framework.contracts.interfaces import Encoder
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.encoders.encoder import BATCH, EncoderSubject


def says_places(kind: type[Any]) -> bool:
    """Whether an encoder says where its tokens stand."""
    return getattr(kind, "places", None) is not Encoder.places


@promise(
    "encoder",
    "`places` says where each token of an item stands, within the item, or nothing at all.",
    cause="special tokens left out of the list, or places of the resized picture in pixels",
    fix="Give one place per token: (begin, end) in characters, four shares of the picture's sides, or None.",
    applies=says_places,
)
def check_places_are_those_of_tokens(subject: EncoderSubject) -> None:
    """Compare with the tokens of each item alone."""
    for item in subject.items[:BATCH]:
        places = list(subject.encoder.places(item))
        count = int(subject.encode([item]).mask.sum())
        expect(len(places) in (0, count), f"{count} places or none", len(places))
        size, most = (2, len(item)) if isinstance(item, str) else (4, 1)
        for place in filter(None, places):
            inside = len(place) == size and all(0 <= edge <= most for edge in place)
            expect(inside and all(place[n] < place[n + size // 2] for n in range(size // 2)), "places inside", place)
