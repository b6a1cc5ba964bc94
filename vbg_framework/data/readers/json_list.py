"""The values of a JSON file that does not keep to lines: the items of its list, or one value behind the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.data.readers.lines import LONGEST, open_text

CHUNK = 1 << 20  # characters
SPACE = " \t\r\n"


def json_list(path: Path, decoder: json.JSONDecoder | None = None) -> Iterator[Any]:
    """Yield the objects of the list.

    Args:
        path: the file, plain or gzip.
        decoder: what makes objects of the text; None = that of Python.

    Raises:
        VBGError: the file does not hold a list, is not JSON, or breaks off.
    """
    return json_values(path, decoder, opening="[")


def json_values(
    path: Path, decoder: json.JSONDecoder | None = None, *, opening: str = "", encoding: str | None = None
) -> Iterator[Any]:
    """Yield one value after the other, whatever the line breaks between and inside them.

    Args:
        path, decoder: see `json_list`.
        opening: text before the values; with `[` at its end they are the items of one list.
        encoding: as Python calls it; None = told from the bytes.

    Raises:
        VBGError: see `json_list`.
    """
    decode = (decoder or json.JSONDecoder()).raw_decode
    try:
        with open_text(path, encoding) as file:
            text = file.read(CHUNK + len(opening)).lstrip(SPACE + "\ufeff")
            if not text.startswith(opening):
                raise ValueError("it does not hold a list")
            text = text[len(opening) :]
            while True:
                text = text.lstrip(SPACE + ",")
                try:
                    if opening and text.startswith("]"):
                        return
                    item, end = decode(text)
                except ValueError:
                    if len(text) > LONGEST:
                        raise ValueError(f"a value is longer than {LONGEST >> 20} million characters") from None
                    chunk = file.read(max(CHUNK, len(text)))
                    if not chunk and not text and not opening:
                        return
                    if not chunk:
                        raise
                    text += chunk
                    continue
                yield item
                text = text[end:]
    except (OSError, ValueError, RecursionError) as error:
        raise VBGError(str(path), f"cannot be read as JSON ({error})", "Download the file again.") from error
