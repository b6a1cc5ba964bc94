"""The files in a shard, one by one; nothing is unpacked to disk, and names are never used as paths."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from vbg_framework import Rejected, Skipped
from vbg_framework.toolkit import SUFFIXES, is_system, other_kind

LARGEST_MEMBER = 100_000_000  # bytes
SHARD = re.compile(r"\.(tar|tar\.gz|tgz)$", re.IGNORECASE)
NOTES = ("json", "txt", "cls")


class Member(NamedTuple):
    """One file.

    Args:
        name: its path in the shard.
        stem: that without the last ending; of `1.jpg.json`, which describes an image, without both.
        kind: `image`, `json`, `txt` or `cls`.
        content: its bytes.
    """

    name: str
    stem: str
    kind: str
    content: bytes


def members(shard: Path) -> Iterator[Member | Rejected | Skipped]:
    """Every file of a shard from front to back, one in memory; hidden ones and those of operating systems left out.

    A shard that breaks off ends with a `Rejected`.
    """
    place = shard.name
    try:
        with tarfile.open(shard, "r|*") as tar:
            for info in tar:
                name = "/".join(part for part in info.name.split("/") if part not in ("", "."))
                if info.isdir() or any(is_system(part) for part in name.split("/") if part != ".."):
                    continue
                stem, kind = named(name)
                place = f"{shard.name}:{stem}"
                if not info.isreg() or not kind:
                    yield Skipped(f"{shard.name}:{name}", other_kind(name) if info.isreg() else "link or device")
                elif info.size > LARGEST_MEMBER:
                    yield Rejected(place, f"file is larger than {LARGEST_MEMBER:,} bytes, got '{name}'")
                elif content := tar.extractfile(info):  # None for what is no file
                    yield Member(name, stem, kind, content.read())
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:  # broken off, not a tar file, damaged gzip
        yield Rejected(place, f"shard breaks off here, got {type(error).__name__}: {error}")


def named(name: str) -> tuple[str, str]:
    """(stem, kind) of a file; "" = a kind that is not read."""
    path = PurePosixPath(name)
    kind = path.suffix.lower().removeprefix(".")
    stem = name[: len(name) - len(path.suffix)]
    if path.suffix.lower() in SUFFIXES:
        return stem, "image"
    if kind not in NOTES:
        return stem, ""
    described = PurePosixPath(stem)
    return (stem[: -len(described.suffix)] if described.suffix.lower() in SUFFIXES else stem), kind
