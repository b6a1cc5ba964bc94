"""Physical lines of a text file, plain or gzip, one by one; none that memory could not hold."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from vbg_framework.base.errors import VBGError
from vbg_framework.data.readers.encoding import UTF8, told_encoding
from vbg_framework.data.readers.unpacked import unpacked

LONGEST = 1 << 22
"""Characters of the longest line that is read."""
TOO_LONG = f"line is longer than {LONGEST >> 20} million characters"


@contextmanager
def open_lines(path: Path, encoding: str | None = None) -> Iterator[Iterator[str | None]]:
    """The lines of a file with their ends (LF, CR LF or CR); None for one longer than `LONGEST`.

    Bytes that are none in the encoding become halves of surrogate pairs, see `is_text`. gzip is told by its first bytes
    and decompressed while it is read.

    Args:
        path: the file.
        encoding: as Python calls it; None = told from the bytes, see `told_encoding`.

    Raises:
        VBGError: it is gzip and damaged.
    """
    with open_text(path, encoding) as text:
        yield _lines(text)


@contextmanager
def open_text(path: Path, encoding: str | None = None) -> Iterator[TextIO]:
    """The same as one text."""
    name = encoding or told_encoding(path)
    errors = "surrogateescape" if name == UTF8 else "half_surrogate"
    with path.open("rb") as file, unpacked(file) as plain:
        try:
            yield io.TextIOWrapper(plain, encoding=name, errors=errors, newline="")
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise VBGError(str(path), f"cannot be decompressed ({error})", "Pack or download it again.") from error


def is_text(text: str) -> bool:
    """Whether it can be written in UTF-8: no bytes that were not UTF-8, no half of a surrogate pair."""
    try:
        text.isascii() or text.encode()
    except UnicodeEncodeError:
        return False
    return True


def writable(text: str) -> str:
    """The text as UTF-8 can hold it: bytes that were none in the encoding are shown by their number."""
    return text.encode(errors="backslashreplace").decode()


def _half(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error("half_surrogate", _half)


def _lines(text: TextIO) -> Iterator[str | None]:
    while line := text.readline(LONGEST + 1):
        if len(line) <= LONGEST:
            yield line
            continue
        while line and not line.endswith(("\n", "\r")):
            line = text.readline(LONGEST)
        yield None
