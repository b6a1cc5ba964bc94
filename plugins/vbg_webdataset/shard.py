"""The files in a shard, one by one; nothing is unpacked to disk, and names are never used as paths."""

from __future__ import annotations

import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from vbg_framework import Rejected, Skipped
from vbg_framework.toolkit import SUFFIXES, TooMuch, is_system, most_unpacked, other_kind, unpacked

LARGEST_MEMBER = 100_000_000  # bytes
LARGEST_HEADER = 1 << 20  # bytes of a name or of further attributes of a member
UNREADABLE = (tarfile.TarError, OSError, EOFError, ValueError, LookupError, OverflowError, RecursionError, zlib.error)
"""What `tarfile` raises: it breaks off, is no tar file, its gzip is damaged, its headers lie."""
SHARD = re.compile(r"\.(tar|tar\.gz|tgz)$", re.IGNORECASE)
MOST_MEMBERS = 100_000
LEAST_MEMBER = 32  # bytes that a member takes, packed
HEADERS = (b"L", b"K", b"x", b"g", b"X")  # kinds of members that only tell of the next ones
NOTES = ("json", "txt", "cls")


class Excess(Exception):
    """A shard that claims more than any honest one."""


class _Info(tarfile.TarInfo):
    """A header that is looked at before what it announces is read: `tarfile` reads long names as long as they claim."""

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in HEADERS and self.size > LARGEST_HEADER:
            raise Excess(f"a header of {self.size:,} bytes; at most {LARGEST_HEADER:,} are read")
        result: tarfile.TarInfo = super()._proc_member(tar)  # type: ignore[misc]
        return result


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
        with _opened(shard) as infos:
            for tar, info in infos:
                name = "/".join(part for part in info.name.split("/") if part not in ("", "."))
                if info.isdir() or any(is_system(part) for part in name.split("/") if part != ".."):
                    continue
                stem, kind = named(name)
                place = f"{shard.name}:{stem}"
                if not info.isreg() or not kind:
                    yield Skipped(f"{shard.name}:{name}", other_kind(name) if info.isreg() else "link or device")
                elif info.size > LARGEST_MEMBER:
                    yield Rejected(place, f"file is larger than {LARGEST_MEMBER:,} bytes, got '{name}'")
                elif info.issparse():
                    yield Rejected(place, f"file is stored with holes, got '{name}'. Write the shard without --sparse")
                elif content := tar.extractfile(info):  # None for what is no file
                    yield Member(name, stem, kind, content.read())
    except (Excess, TooMuch) as error:
        yield Rejected(place, f"shard is not read any further: {error}")
    except UNREADABLE as error:
        yield Rejected(place, f"shard breaks off here, got {type(error).__name__}: {error}")


@contextmanager
def _opened(shard: Path) -> Iterator[Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]]:
    """The members of a shard whose headers claim no more than it can hold."""
    with shard.open("rb") as file, unpacked(file) as plain:
        size = shard.stat().st_size
        most = size if plain is file else most_unpacked(size)
        with tarfile.open(fileobj=plain, mode="r|", tarinfo=_Info) as tar:
            yield _infos(tar, most, max(MOST_MEMBERS, size // LEAST_MEMBER))


def _infos(tar: tarfile.TarFile, most: int, members: int) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    for number, info in enumerate(tar):
        if not info.issparse() and info.offset_data + info.size > most:
            raise tarfile.ReadError(f"a file of {info.size:,} bytes is announced, more than the shard can hold")
        if number >= members:
            raise Excess(f"it holds more than {members:,} files, more than any shard of its size")
        yield tar, info
        tar.members = []  # type: ignore[attr-defined]  # or it keeps all headers


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
