"""Rows of a `.json` file, which holds one list of objects, or a line per object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from vbg_framework.data.json_lines import DECODER, JsonLines
from vbg_framework.data.json_list import json_list
from vbg_framework.data.lines import open_lines


def json_rows(path: Path) -> JsonLines:
    """What reads a `.json` file: its first sign tells a list from a line per object."""
    if not path.is_file():
        return JsonLines(path)
    with open_lines(path) as lines:
        first = next(chain.from_iterable(line.split() for line in lines if line), "")
    return JsonArray(path) if first.startswith("[") else JsonLines(path)


@dataclass(frozen=True)
class JsonArray(JsonLines):
    """One list of objects, whose rows are what those of a file of JSON Lines would be."""

    def items(self) -> Iterator[tuple[int, dict[str, Any] | str]]:
        """Yield (number from 1, the object as it stands there, or why it is none)."""
        for number, item in enumerate(json_list(self.path, DECODER), 1):
            is_object = isinstance(item, dict)
            yield number, item if is_object else f"item is not a JSON object, got {type(item).__name__}"

    def advice(self, names: Sequence[str]) -> str:
        """Nothing: the list is what it should be."""
        return ""
