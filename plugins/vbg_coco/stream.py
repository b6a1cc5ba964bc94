"""A large JSON file, item by item: the official annotation files hold 450 MB in one object."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from vbg_framework import VBGError

CHUNK = 1 << 20  # characters


def json_items(path: Path, keys: Collection[str]) -> Iterator[tuple[str, Any]]:
    """Yield (key, item) of the lists under `keys` of the file's one object, in their order.

    Raises:
        VBGError: the file is missing, not JSON, or breaks off.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from _Reader(file).items(keys)
    except (OSError, ValueError, RecursionError) as error:
        raise VBGError(str(path), f"cannot be read as JSON ({error})", "Download the file again.") from error


class _Reader:
    """A sliding window over the text; `start` is the place of the next character to read."""

    def __init__(self, file: Any) -> None:
        self.file, self.text, self.start = file, "", 0
        self.decode = json.JSONDecoder().raw_decode

    def items(self, keys: Collection[str]) -> Iterator[tuple[str, Any]]:
        self.expect("{")
        mark = self.peek()
        while mark != "}":
            key = self.value()
            self.expect(":")
            if self.peek() == "[":
                for item in self.list():
                    if key in keys:
                        yield key, item
            else:
                self.value()
            mark = self.after("}")

    def list(self) -> Iterator[Any]:
        self.expect("[")
        if self.peek() == "]":
            self.start += 1
            return
        mark = ","
        while mark == ",":
            yield self.value()
            mark = self.after("]")
        self.start += 1

    def after(self, end: str) -> str:
        """Pass a comma; the comma, or the mark of the end, which stays."""
        mark = self.peek()
        if mark not in (",", end):
            raise ValueError(f"expected ',' or '{end}', got {mark!r}")
        self.start += mark == ","
        return mark

    def expect(self, mark: str) -> None:
        if self.peek() != mark:
            raise ValueError(f"expected '{mark}', got {self.peek()!r}")
        self.start += 1

    def peek(self) -> str:
        """The next character that is not white space."""
        while True:
            while self.start < len(self.text):
                if not self.text[self.start].isspace():
                    return self.text[self.start]
                self.start += 1
            if not self.more():
                raise ValueError("the file breaks off")

    def value(self) -> Any:
        """The next string, number, list or object."""
        self.peek()
        while True:
            try:
                value, end = self.decode(self.text, self.start)
            except ValueError:
                if not self.more():
                    raise
                continue
            if end < len(self.text) or not self.more():  # a number at the edge of the window may go on
                self.start = end
                return value

    def more(self) -> bool:
        """Read on and forget what was used."""
        chunk = self.file.read(max(CHUNK, len(self.text) - self.start))
        self.text, self.start = self.text[self.start :] + chunk, 0
        return bool(chunk)
