"""Detects the encoding of a text file: from its byte order mark, as UTF-8, or as a legacy code page."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import IO

from vbg_framework.data.readers.letters import explained_more
from vbg_framework.data.readers.unpacked import unpacked

UTF8 = "utf-8-sig"
NAMES = {UTF8: "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32": "UTF-32"}
NAMES |= {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp850": "DOS (code page 850)", "cp1250": "Windows-1250"}
"""What people call the encodings that are told."""
WESTERN, CENTRAL = "cp1252", "cp1250"
PAGES = (WESTERN, CENTRAL, "mac_roman", "cp850")
"""What spreadsheets on Windows (in Western and in Central Europe), on older Macs and for DOS write."""
MARKS = {codecs.BOM_UTF8: UTF8, codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32"}
MARKS |= {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}  # the first two bytes of UTF-32's, so later
CHUNK = 1 << 20
HEAD = 4096
SAMPLE = 2000  # lines with letters beyond ASCII that are looked at
FITS = 0.1  # most of the signs beyond ASCII that may stand where none is expected
FOREIGN = 0.6  # most letters beyond ASCII in words that have any: of another script there are more
BEFORE_LETTERS = set("\u2018\u2019\u201c\u201d\u201e\u201a\u00ab\u00bb\u2039\u203a\u00bf\u00a1\u00b4`\u2013\u2014-")
BEFORE_LETTERS |= set("\u20ac\u00a3\u00a7\u00a9\u00b7\u00b0\u00ba\u00aa\u00ae\u00d7\u00a0")
ANYWHERE = BEFORE_LETTERS | set(
    "\u2026\u2122\u2020\u2021\u2022\u2030\u00bd\u00bc\u00be\u00b1\u00b5\u00b2\u00b3\u00b9\u00b6\u00ac\u00a8\u00b8\u00af"
)
NEVER_IN_WORDS = set("\u00bf\u00a1\u00b9\u00b2\u00b3")
"""Behind a letter these are letters of another page: `Tytu\u00b3` for `Tytu\u0142`; `m\u00b2` is a measure."""
LETTERS = re.compile(r"[^\W\d_]{3,}")


def told_encoding(path: Path) -> str:
    """The encoding of a file, as Python calls it; UTF-8 if nothing else fits, so that its broken rows are named.

    A byte order mark settles it. Otherwise it is UTF-8 if most lines that are not ASCII are valid UTF-8, else the page
    of `PAGES` that gives the most likely words, unless it would garble those that are valid: where two encodings stand
    in one file, the lines of the other are broken. gzip is told by its first bytes. Memory is constant.
    """
    about = path.stat()
    return _told(path, about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=64)
def _told(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file, unpacked(file) as plain, suppress(OSError, EOFError, zlib.error):
        head = plain.read(HEAD)
        if marked := next((name for mark, name in MARKS.items() if head.startswith(mark)), _wide(head)):
            return marked
        wrong, right = list[bytes](), list[bytes]()
        for line in islice(_beyond_ascii(head, plain), SAMPLE):
            (right if _is_utf8(line) else wrong).append(line)
        page = UTF8 if len(right) >= len(wrong) else _page(b"\n".join(wrong)[: CHUNK // 4])
        is_mixed = right and _odd(b"\n".join(right)[: CHUNK // 4].decode(page, errors="replace")) > FITS
        return UTF8 if is_mixed else page
    return UTF8  # damaged gzip: reading it says so


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: nearly every other byte is zero; "" = it is not."""
    for name, zeros, others in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if zeros.count(0) > 0.7 * len(zeros) and others.count(0) < 0.1 * len(others):
            return name
    return ""


def _beyond_ascii(head: bytes, file: IO[bytes]) -> Iterator[bytes]:
    """Lines, or pieces of long ones, that are not all ASCII."""
    rest, chunk = b"", head
    while chunk:
        *lines, rest = re.split(rb"[\r\n]+", rest + chunk) if not (rest.isascii() and chunk.isascii()) else [b""]
        if len(rest) > CHUNK:
            lines, rest = [*lines, rest], b""
        yield from (line for line in lines if not line.isascii())
        chunk = file.read(CHUNK)
    if not rest.isascii():
        yield rest


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _page(lines: bytes) -> str:
    """The code page under which the lines hold the most likely words; UTF-8 if none is likely."""
    odd = {name: _odd(lines.decode(name, errors="replace")) for name in PAGES}
    best = min(PAGES, key=lambda name: odd[name])
    if odd[best] > FITS:
        return UTF8
    if best not in (WESTERN, CENTRAL):
        return best
    more = explained_more(*(lines.decode(page, errors="replace") for page in (WESTERN, CENTRAL)))
    return CENTRAL if more > 0 or (more == 0 and odd[CENTRAL] < odd[WESTERN]) else WESTERN


def _odd(text: str) -> float:
    """Share of the signs beyond ASCII that no European text would have in their place; 1 = another script."""
    words = [word for word in LETTERS.findall(text) if not word.isascii()]
    if sum(not sign.isascii() for word in words for sign in word) > FOREIGN * sum(map(len, words)):
        return 1.0
    places = [index for index, sign in enumerate(text) if not sign.isascii()]
    return sum(_is_odd(text[max(0, p - 1) : p], text[p], text[p + 1 : p + 2]) for p in places) / max(1, len(places))


def _is_odd(before: str, sign: str, after: str) -> bool:
    if sign == "\ufffd" or "\x80" <= sign <= "\x9f":
        return True
    if sign.isalpha():
        return (sign.isupper() and before.islower()) or sign in "\ufb01\ufb02"
    if sign in NEVER_IN_WORDS:
        return before.isalpha() and (after.isalpha() or before.lower() != "m")
    if before and not before.isascii() and not before.isalpha():
        return True  # two signs in a row
    return sign not in (BEFORE_LETTERS if after.isalpha() else ANYWHERE)
