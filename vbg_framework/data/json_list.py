"""A JSON file that holds one list, item by item."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError

CHUNK = 1 << 20  # characters
SPACE = " \t\r\n"


def json_list(path: Path, decoder: json.JSONDecoder | None = None) -> Iterator[Any]:
    """Yield the objects of the list.

    Args:
        path: the file.
        decoder: what makes objects of the text; None = that of Python.

    Raises:
        VBGError: the file does not hold a list, is not JSON, or breaks off.
    """
    decode = (decoder or json.JSONDecoder()).raw_decode
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(CHUNK).lstrip(SPACE)
            if not text.startswith("["):
                raise ValueError("it does not hold a list")
            text = text[1:]
            while True:
                text = text.lstrip(SPACE + ",")
                try:
                    if text.startswith("]"):
                        return
                    item, end = decode(text)
                except ValueError:
                    chunk = file.read(max(CHUNK, len(text)))
                    if not chunk:
                        raise
                    text += chunk
                    continue
                yield item
                text = text[end:]
    except (OSError, ValueError, RecursionError) as error:
        raise VBGError(str(path), f"cannot be read as JSON ({error})", "Download the file again.") from error
