"""Files of one JSON value per line that survive being cut off at any moment. Light: never imports torch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import FIX, parse_json, shaped
from vbg_framework.base.publication import write_text
from vbg_framework.base.regular_file import regular


def read_lines(path: Path, kind: Any = dict) -> list[dict[str, Any]]:
    """The lines of a file, none if it is missing; a last line cut short by a crash is left out.

    Args:
        path: the file.
        kind: what every line must be, as of `read_json`.

    Raises:
        VBGError: a line is damaged, or has another shape.
    """
    found = regular(path).read_bytes().splitlines(keepends=True) if path.exists() else []
    lines = [_read(line, f"{path}:{number}") for number, line in enumerate(found, 1) if line.endswith(b"\n")]
    return lines if not lines else shaped(lines, list[kind], str(path))


def _read(line: bytes, where: str) -> Any:
    try:
        return parse_json(line)
    except (ValueError, RecursionError):
        raise VBGError(where, "is damaged", FIX) from None


def append_line(path: Path, line: Mapping[str, Any]) -> None:
    """Add one line. Before the first one after a crash, `write_lines` what `read_lines` found."""
    with path.open("a", encoding="utf-8") as file:
        file.write(_text(line))


def write_lines(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Write the whole file in one step."""
    write_text(path, "".join(map(_text, lines)))


def _text(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n"
