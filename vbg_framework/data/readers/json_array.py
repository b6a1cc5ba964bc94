"""Rows of a JSON file that does not keep to a line per object: one list of objects, or objects over many lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from vbg_framework.data.readers.json_lines import DECODER, JsonLines
from vbg_framework.data.readers.json_list import json_values
from vbg_framework.data.readers.json_wrapper import before_list
from vbg_framework.data.readers.lines import open_lines

HEAD = 20


def json_rows(path: Path, encoding: str | None = None) -> JsonLines:
    """What reads a file of JSON: its beginning tells a list, a line per object, objects over several lines and a
    list inside an object."""
    if not path.is_file():
        return JsonLines(path, encoding)
    with open_lines(path, encoding) as lines:
        head = [text for line in islice(lines, HEAD) if line and (text := line.strip("\ufeff \t\r\n"))]
    opening = head[0][0] if head else ""
    if opening == "[" and (path.name.lower().endswith((".json", ".json.gz")) or _begins_with_object(head[0])):
        return JsonArray(path, encoding, opening)
    if (len(head) < 2 or not isinstance(_value(head[0]), dict)) and (before := before_list(path, encoding)):
        return JsonArray(path, encoding, before)
    pretty = opening == "{" and not any(isinstance(_value(line), dict) for line in head)
    return JsonArray(path, encoding, "") if pretty else JsonLines(path, encoding)


@dataclass(frozen=True)
class JsonArray(JsonLines):
    """Objects whose rows are what those of a file of JSON Lines would be.

    Args:
        opening: `[` = they are the items of one list, "" = they follow each other; else the text before that list, its
            bracket included.
    """

    opening: str = "["

    def items(self) -> Iterator[tuple[int, dict[str, Any] | str]]:
        """Yield (number from 1, the object as it stands there, or why it is none)."""
        values = json_values(self.path, DECODER, opening=self.opening, encoding=self.encoding)
        for number, item in enumerate(values, 1):
            is_object = isinstance(item, dict)
            yield number, item if is_object else f"item is not a JSON object, got {type(item).__name__}"


def _begins_with_object(line: str) -> bool:
    """Whether a line opens a list of objects: it goes on in other lines, or its first item is one."""
    result = _value(line)
    return result is None or (isinstance(result, list) and (not result or isinstance(result[0], dict)))


def _value(line: str) -> Any:
    try:
        return DECODER.decode(line)
    except (ValueError, RecursionError):
        return None
