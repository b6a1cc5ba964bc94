"""What is kept in the cache: what it is, how large, when it was last used, who holds it. Light: never imports torch."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout

from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.base.publication import PARTIAL, sweep

KINDS = {
    "data": "prepared data sets",
    "features": "what frozen encoders say",
    "augmenters": "fitted augmenters",
    "pools": "generated records",
    "judges": "judges of generated records",
    "frames": "tables handed over from Python",
}
"""Kind -> what lies in its folder. All of it can be computed, or handed over, again."""
ABOUT = {"data": "info.json", "augmenters": "about.json"}
DAY = 86400.0


@dataclass(frozen=True)
class Kept:
    """One thing in the cache.

    Args:
        kind: a key of `KINDS`.
        path: a file or folder.
        size: bytes.
        used: when a file of it was last read or written, in seconds since 1970.
    """

    kind: str
    path: Path
    size: int
    used: float

    @property
    def name(self) -> str:
        """`<kind>/<file or folder>`."""
        return f"{self.kind}/{self.path.name}"

    @property
    def days(self) -> float:
        """Days since it was last used."""
        return max(0.0, time.time() - self.used) / DAY

    @property
    def unfinished(self) -> bool:
        """Whether it was begun and not brought to its end; what computes it again goes on with it."""
        mark = ABOUT.get(self.kind)
        return PARTIAL in self.path.name or (mark is not None and not (self.path / mark).exists())

    def about(self) -> Mapping[str, Any]:
        """What its own description says; empty if it has none.

        Raises:
            VBGError: the description is damaged.
        """
        path = self.path / ABOUT.get(self.kind, "about.json")
        return read_json(path, dict, f"Remove {self.path}.") if path.exists() else {}


def cache_folder(kind: str) -> Path:
    """Folder of one kind of results that are kept, below `VBG_CACHE` or `~/.cache/vbg-framework`.

    Where the home folder cannot be written, it lies with the temporary files, in a folder of this user.

    Raises:
        VBGError: that folder is somebody else's.
    """
    if named := os.environ.get("VBG_CACHE"):
        return Path(named) / kind
    home = Path.home() / ".cache" / "vbg-framework"
    return (home if _can_be_written(home) else _temporary()) / kind


def _can_be_written(folder: Path) -> bool:
    return os.access(next(place for place in (folder, *folder.parents) if place.exists()), os.W_OK)


def _temporary() -> Path:
    user = os.getuid() if hasattr(os, "getuid") else None
    folder = Path(tempfile.gettempdir()) / f"vbg-framework-{user or 0}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or user not in (None, folder.stat().st_uid):
        raise VBGError(str(folder), "is not a folder of this user", "Set VBG_CACHE to a folder that can be written.")
    return folder


def everything() -> list[Kept]:
    """All that is kept, by kind and name."""
    folders = [(kind, cache_folder(kind)) for kind in KINDS]
    return [
        Kept(kind, path, *_measured(path))
        for kind, folder in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if not path.name.startswith(".")
    ]


def holders(paths: list[Path]) -> dict[Path, int]:
    """Path -> number of a process that has a file of it open or mapped, of those that this user may look into."""
    results: dict[Path, int] = {}
    roots = {os.path.realpath(path): path for path in paths}
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            for file in _open(process):
                for root, path in roots.items():
                    if file == root or file.startswith(root + os.sep):
                        results.setdefault(path, process.pid)
    return results


def remove(kept: Kept) -> None:
    """Remove it in one step, so that nobody finds half of it.

    Raises:
        VBGError: a process is making it.
    """
    lock = FileLock(kept.path.with_name(f".{kept.path.name.removesuffix(PARTIAL)}.lock"))
    try:
        with lock.acquire(timeout=0):
            aside = kept.path.with_name(f".{kept.path.name}.removed")
            kept.path.rename(aside)
            shutil.rmtree(aside) if aside.is_dir() else aside.unlink()
    except Timeout:
        raise VBGError(kept.name, "a process is making it", "Wait for it, or end it.") from None


def tidy() -> list[Path]:
    """Remove what processes that were killed left half-written or half-removed; return what was removed."""
    results = []
    for folder in filter(Path.is_dir, map(cache_folder, KINDS)):
        results += sweep(folder)
        for path in folder.glob(".*.removed"):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
            results.append(path)
    return results


def _open(process: psutil.Process) -> Iterator[str]:
    yield from (file.path for file in process.open_files())
    if hasattr(process, "memory_maps"):  # not on macOS
        yield from (region.path for region in process.memory_maps())


def _measured(path: Path) -> tuple[int, float]:
    """(bytes, when a file was last read or written)."""
    size, used = 0, 0.0
    for file in (path, *path.rglob("*")) if path.is_dir() else (path,):
        with suppress(OSError):  # another process may be removing it
            result = file.lstat()
            size += 0 if file.is_dir() else result.st_size
            used = max(used, result.st_mtime, 0.0 if file.is_dir() else result.st_atime)
    return size, used
