"""Which file a path in a catalogue means: below its folder, and found whatever its spelling."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from vbg_framework.data.catalogue.spelling import folded, normal

ADDRESS = re.compile(r"\s*[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
"""`https://...`, `file:/...`; a drive has one letter."""
WEB = re.compile(r"\s*https?://[^\s/]+", re.IGNORECASE)
EXACT, NORMAL, FOLDED = range(3)  # how like two names are
SHOWN = 200  # characters of an address in a message


class CellError(ValueError):
    """A cell that makes its row unusable; the message is the reason in words."""


FETCHED = "fetched"
"""Folder below that of the pictures in which those from addresses lie."""
NAMED = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".gif", ".jp2", ".avif", ".bmp", ".heic")


class Address(CellError):
    """An address in the place of a path, whose picture was not fetched.

    Attributes:
        address: as it is written.
        file: where the picture will lie.
    """

    def __init__(self, address: str, file: Path) -> None:
        super().__init__(f"image path is an address, got {address[:SHOWN]!r}")
        self.address, self.file = address, file


def fetched_file(folder: Path, address: str) -> Path:
    """Where the picture of an address lies once it was fetched: the same address has the same file."""
    suffix = Path(urlsplit(address).path).suffix.lower()
    name = hashlib.sha256(address.encode(errors="surrogateescape")).hexdigest()[:24]
    return folder / FETCHED / f"{name}{suffix if suffix in NAMED else '.jpg'}"


def path_inside(folder: Path, path: str) -> Path:
    """The file that `path` means below the resolved `folder`, links followed.

    The path as it is written comes first. If nothing is there: the one file whose path differs only in its normal form
    (see `spelling.normal`), else only in upper and lower case; with `/` for a backslash, and without percent-encoding.
    If there is none, the path as it is written: the caller says that the file is missing.

    Raises:
        CellError: it leaves the folder, cannot be followed, is an address, or may mean more than one file.
    """
    if there := _existing(folder, path):
        return there
    if WEB.match(path):
        address = path.strip()
        file = fetched_file(folder, address)
        if file.is_file():
            return file
        raise Address(address, file)
    full = _resolved(folder, path)
    if ADDRESS.match(path):
        raise CellError(f"image path is an address, got {path[:SHOWN]!r}. Fetch the pictures and give their paths")
    for other in _rewritten(path):
        if result := _spelt(folder, other, path):
            return result
    return full


def _existing(folder: Path, path: str) -> Path | None:
    try:
        full = (folder / path).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # nothing is there, or `_resolved` says why
        return None
    return _inside(folder, full, path)


def _resolved(folder: Path, path: str) -> Path:
    try:
        full = (folder / path).resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a NUL byte
        raise CellError(f"image path cannot be followed, got {path!r}: {error}") from error
    return _inside(folder, full, path)


def _inside(folder: Path, full: Path, path: str) -> Path:
    if not full.is_relative_to(folder):
        raise CellError(f"image path leaves its folder, got {path!r}")
    return full


def _rewritten(path: str) -> Iterator[str]:
    """The path as it is written, and without percent-encoding; both also with `/` for a backslash."""
    plain = unquote(path)
    return iter(dict.fromkeys([path, path.replace("\\", "/"), plain, plain.replace("\\", "/")]))


def _spelt(folder: Path, path: str, written: str) -> Path | None:
    """The file below `folder` that a path means in another spelling; `written` is how the catalogue has it.

    Directories that differ in their spelling only are all looked into. A file counts by the part of its path that is
    least like the one asked for.
    """
    results = {folder: EXACT}
    for part in _resolved(folder, path).relative_to(folder).parts:
        inside = ((here, like, name) for here, like in results.items() for name in _alike(here, part))
        results = {_resolved(folder, str(here / name)): max(like, _likeness(name, part)) for here, like, name in inside}
    files = {file: like for file, like in results.items() if file.is_file()}
    best = sorted(file for file, like in files.items() if like == min(files.values()))
    if len(best) > 1:
        names = " or ".join(str(file.relative_to(folder)) for file in best[:2])
        raise CellError(f"image path may mean several files, got {written!r}: {names}")
    return best[0] if best else None


def _likeness(name: str, part: str) -> int:
    return EXACT if name == part else NORMAL if normal(name) == normal(part) else FOLDED


def _alike(folder: Path, name: str) -> tuple[str, ...]:
    try:
        return _names(folder, folder.stat().st_mtime_ns).get(folded(name), ())
    except OSError:  # not a folder, or one that cannot be read
        return ()


@lru_cache(maxsize=1024)
def _names(folder: Path, changed: int) -> Mapping[str, tuple[str, ...]]:
    """Folded form -> the names in a folder that have it; kept until the folder changes."""
    names: dict[str, tuple[str, ...]] = {}
    for name in os.listdir(folder):
        form = folded(name)
        names[form] = (*names.get(form, ()), name)
    return names
