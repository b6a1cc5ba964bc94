"""Unpacking a zip file that somebody sent: nothing leaves the folder, and not more than the disk should take."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from vbg_framework.base.errors import VBGError
from vbg_framework.base.publication import written
from vbg_framework.data.readers.picture_folder import is_system
from vbg_framework.data.readers.unpacked import RATIO

LARGEST = 20 << 30
"""Bytes of all files together, unpacked."""
MOST_FILES = 1_000_000
SMALL = 100 << 20


def unpack(path: Path, folder: Path) -> Path:
    """Unpack a zip file into a new folder, which appears when it is complete; return it.

    Hidden files and what operating systems leave are left out, links are not made. A folder that holds just that is
    taken as it is: a killed command left it.

    Raises:
        VBGError: it is no zip file, damaged, encrypted, too large, holds a path that leaves the folder, or a folder
            with something else in it is there already.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            members = [member for member in packed.infolist() if not member.is_dir()]
            _check(path, members)
            if folder.exists() and not _is_in(folder, members, path):
                raise VBGError(str(folder), "is there already", f"Give it instead of {path.name}, or remove it.")
            if not folder.exists():
                with written(folder) as partial:
                    for member in members:
                        _write(packed, member, partial, path)
    except VBGError:
        raise
    except Exception as error:  # of a damaged file: zipfile, zlib and lzma raise what they like
        raise VBGError(str(path), f"cannot be unpacked ({error})", "Unpack it yourself and give the folder.") from error
    return folder


def _check(path: Path, members: list[zipfile.ZipInfo]) -> None:
    size = sum(member.file_size for member in members)
    bombs = [m for m in members if m.file_size > SMALL and m.file_size > RATIO * max(1, m.compress_size)]
    bomb = bombs or size > max(SMALL, RATIO * path.stat().st_size)
    if size > LARGEST or len(members) > MOST_FILES or bomb:
        what = f"is too large to unpack, got {len(members):,} files of {size >> 20:,} MB"
        raise VBGError(str(path), what, "Unpack it yourself and give the folder.")
    if not members:
        raise VBGError(str(path), "holds no files", "Give another one.")


def _is_in(folder: Path, members: list[zipfile.ZipInfo], path: Path) -> bool:
    """Whether a folder holds the files of a zip file and no others."""
    expected = {folder / name: (member.file_size, member.CRC) for member in members if (name := _name(member, path))}
    found = {file for file in folder.rglob("*") if not file.is_dir()}
    return found == expected.keys() and all(
        file.lstat().st_size == size and zlib.crc32(file.read_bytes()) == crc for file, (size, crc) in expected.items()
    )


def _name(member: zipfile.ZipInfo, path: Path) -> PurePosixPath | None:
    """Where a member belongs in the folder; None = nowhere."""
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in "".join(name.parts[:1]):
        raise VBGError(str(path), f"holds a path that leaves its folder, got {member.filename!r}", "Do not trust it.")
    if any(map(is_system, name.parts)) or (member.external_attr >> 16) & 0o170000 == 0o120000:
        return None
    return name


def _write(packed: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, path: Path) -> None:
    name = _name(member, path)
    if name is None:
        return
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with packed.open(member) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
