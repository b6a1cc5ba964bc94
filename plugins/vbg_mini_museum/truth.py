"""Where the answers lie: the part of a picture and the words of a text that decide each task."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vbg_mini_museum import MiniMuseumConfig
from vbg_mini_museum.catalogue import GLAZE, KILN, ZONE, Topic, describe
from vbg_mini_museum.collection import PRESENCE, SHOT, TEXT, Piece, pieces, stream
from vbg_mini_museum.decoration import ZONE_HALF, ZONE_STEP, ZONE_TOP, ZONES
from vbg_mini_museum.photograph import posed
from vbg_mini_museum.surface import Surface, surface

Box = tuple[float, float, float, float]
EDGE = 1.1  # ornaments are painted so far from the middle of their zone, in units of half a zone


@dataclass(frozen=True)
class Truth:
    """Where the answers of one record lie.

    Args:
        boxes: task -> left, top, right, bottom of the part of the picture that decides, in shares of its side, from the
            upper left corner; nothing for a task that the picture cannot show.
        words: task -> what names its class, or the family of its class, as it stands in the text; nothing where the
            text is silent.
        dated: the box of the zone that dates the piece. Of `period` it is the box; the picture does not show `zone`.
    """

    boxes: dict[str, Box]
    words: dict[str, str]
    dated: Box


def truths(config: MiniMuseumConfig) -> Iterator[tuple[str, Truth]]:
    """Id and truth of every record, in the order of `MiniMuseum.records`; boxes also where a picture is missing."""
    for piece in pieces(config):
        for view in range(piece.views):
            yield f"mm-{piece.number:06d}-{view}", _truth(config, piece, view)


def _truth(config: MiniMuseumConfig, piece: Piece, view: int) -> Truth:
    presence, shot, words = (stream(config, purpose, piece.number, view) for purpose in (PRESENCE, SHOT, TEXT))
    lot, archive = presence.random(), presence.random() < config.archive
    x, y = posed(piece.look, shot, config.size)
    seen = surface(piece.look.form, x, y, 1 / config.size)
    whole = _box(seen.index, config.size)
    bands = {name: _box(seen.index[_in_zone(seen, place)], config.size) for place, name in enumerate(ZONES)}
    dated = bands[piece.facts.zone]
    boxes = {"form": whole, "period": dated, **bands} | ({} if archive else {"glaze": whole})
    text = describe(piece.facts, words) if lot >= config.missing_text else {}
    return Truth(boxes, _words(piece, " ".join(text.values())), dated)


def _in_zone(seen: Surface, place: int) -> np.ndarray:
    middle = ZONE_TOP + ZONE_HALF + ZONE_STEP * place
    return seen.wall & (np.abs(seen.height - middle) <= EDGE * ZONE_HALF)


def _box(index: np.ndarray, size: int) -> Box:
    rows, columns = np.divmod(index, size)
    left, top, right, bottom = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return float(left / size), float(top / size), float(right / size), float(bottom / size)


def _words(piece: Piece, text: str) -> dict[str, str]:
    """Of `period` the words for the zone: the half of the answer that the text holds."""
    said = {"kiln": _said(KILN, piece.facts.kiln, text), "glaze": _said(GLAZE, piece.facts.glaze, text)}
    said["zone"] = said["period"] = _said(ZONE, piece.facts.zone, text)
    return {task: words for task, words in said.items() if words}


def _said(topic: Topic, name: str, text: str) -> str:
    """The first of the words for a class, or for its family, as it stands in the text; "" = none."""
    words = sorted([*topic.words[name], *filter(None, [topic.family(name)])], key=len, reverse=True)
    found = re.search(rf"\b({'|'.join(map(re.escape, words))})\b", text, re.IGNORECASE)
    return found.group() if found else ""
