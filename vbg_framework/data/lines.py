"""Physical lines of a text file, plain or gzip, one by one; none that memory could not hold."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TextIO

from vbg_framework.base.errors import VBGError

LONGEST = 1 << 26
"""Characters of the longest line that is read."""
TOO_LONG = f"line is longer than {LONGEST >> 20} million characters"
GZIP = b"\x1f\x8b"


@contextmanager
def open_lines(path: Path) -> Iterator[Iterator[str | None]]:
    """The lines of a file in UTF-8 with their ends (LF, CR LF or CR); None for one longer than `LONGEST`.

    A byte order mark is passed over. Bytes that are not UTF-8 become halves of surrogate pairs, see `is_text`. gzip is
    told by its first bytes and decompressed while it is read.

    Raises:
        VBGError: it is gzip and damaged.
    """
    with path.open("rb") as file:
        packed = file.peek(2)[:2] == GZIP
        with gzip.GzipFile(fileobj=file) if packed else nullcontext(file) as plain:
            text = io.TextIOWrapper(plain, encoding="utf-8-sig", errors="surrogateescape", newline="")
            yield _unpacked(text, path) if packed else _lines(text)


def is_text(text: str) -> bool:
    """Whether it can be written in UTF-8: no bytes that were not UTF-8, no half of a surrogate pair."""
    try:
        text.isascii() or text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unpacked(text: TextIO, path: Path) -> Iterator[str | None]:
    try:
        yield from _lines(text)
    except (OSError, EOFError, zlib.error) as error:
        raise VBGError(str(path), f"cannot be decompressed ({error})", "Pack or download it again.") from error


def _lines(text: TextIO) -> Iterator[str | None]:
    while line := text.readline(LONGEST + 1):
        if len(line) <= LONGEST:
            yield line
            continue
        while line and not line.endswith(("\n", "\r")):
            line = text.readline(LONGEST)
        yield None
