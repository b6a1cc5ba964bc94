"""Answers of servers: one JSON object with the list of records somewhere in it, `{"info": {}, "data": [{}, {}]}`."""

from __future__ import annotations

import json
from pathlib import Path

from vbg_framework.data.readers.json_list import CHUNK, SPACE
from vbg_framework.data.readers.lines import open_text

DEEPEST = 3  # objects around the list
DECODER = json.JSONDecoder(strict=False)


def before_list(path: Path, encoding: str | None = None) -> str:
    """The text of a file up to the bracket of its first list of objects; "" = it is not one object around a list.

    Such a file holds nothing behind that object, as far as its first million characters show.
    """
    with open_text(path, encoding) as file:
        text = file.read(CHUNK)
    start = len(text) - len(text.lstrip(SPACE + "\ufeff"))
    try:
        _, end = DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        end = len(text)  # it goes on behind this piece
        is_alone = len(text) == CHUNK
    else:
        is_alone = not text[end:].strip(SPACE)
    place = _list(text, start, DEEPEST) if is_alone else 0
    return text[start:place].lstrip(SPACE) if place and _is_most(text, start, place, end) else ""


def _is_most(text: str, start: int, index: int, end: int) -> bool:
    """Whether the list is the greater part of the object: else the object is a record, with a list in it."""
    try:
        _, behind = DECODER.raw_decode(text, index - 1)
    except (ValueError, RecursionError):
        behind = len(text)
    return 2 * (behind - index) > end - start


def _list(text: str, start: int, depth: int) -> int:
    """Where the first list of objects begins, behind its bracket, in the object at `start`; 0 = nowhere."""
    place = _skip(text, start + 1)
    while depth and text[place : place + 1] == '"':
        try:
            _, place = DECODER.raw_decode(text, place)
            place = _skip(text, _skip(text, place) + 1)  # behind the colon
            if text[place] == "[" and text[_skip(text, place + 1)] == "{":
                return place + 1
            if text[place] == "{" and (result := _list(text, place, depth - 1)):
                return result
            _, place = DECODER.raw_decode(text, place)
        except (ValueError, IndexError, RecursionError):
            return 0
        place = _skip(text, place)
        place = _skip(text, place + 1) if text[place : place + 1] == "," else place
    return 0


def _skip(text: str, index: int) -> int:
    """The next place that is no white space."""
    while text[index : index + 1] in SPACE and index < len(text):
        index += 1
    return index
