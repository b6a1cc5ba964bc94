"""Keys of content: the same facts, the same key. Light."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.base.regular_file import refuse_special, regular

SHORT = 16
"""Letters of a key in the name of a folder."""


def digest(facts: Any) -> str:
    """64 hexadecimal digits of plain values; the order of keys does not matter."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """64 hexadecimal digits of the bytes of a file."""
    with regular(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksums(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """Path within the folder -> digest."""
    return {file.relative_to(folder).as_posix(): file_digest(file) for file in sorted(files)}


def verify(folder: Path, known: Mapping[str, str], fix: str) -> None:
    """Compare files with their checksums.

    Args:
        known: path within the folder -> digest.
        fix: what to do about a file that is another one.

    Raises:
        VBGError: a file is missing or damaged, or something in the folder is no file.
    """
    refuse_special(folder)
    for name, wanted in known.items():
        path = Path(os.path.realpath(folder / name))  # a loop of links is no error to it
        if not path.is_relative_to(os.path.realpath(folder)) or not path.is_file():
            raise VBGError(str(folder / name), "no such file", fix)
        if file_digest(path) != wanted:
            raise VBGError(str(folder / name), "is damaged, its checksum is another one", fix)
