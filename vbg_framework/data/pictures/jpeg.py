"""How often a JPEG is painted over: every scan of a progressive one costs as much time as the first. Light."""

from __future__ import annotations

from typing import BinaryIO

MOST_SCANS = 100
"""Scans of a JPEG that is decoded; programs write ten to twenty. A file of half a megabyte can hold thousands."""
_START = b"\xff\xda"
BLOCK = 1 << 20


def scans(file: BinaryIO) -> int:
    """The starts of scans in a file, those of thumbnails and of further pictures in it included.

    In coded data a byte 255 is always followed by another one than here, so it looks like none (ITU T.81, B.1.1.5).
    """
    file.seek(0)
    count, last = 0, b""
    while block := file.read(BLOCK):
        count += (last + block).count(_START)
        last = block[-1:]
    file.seek(0)
    return count
