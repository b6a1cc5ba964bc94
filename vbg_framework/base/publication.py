"""Files and folders that appear in one step, whole and on the disk. Light: never imports torch."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import platform
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PARTIAL = ".partial"
BEFORE = ".before"
"""Ends the name of a folder that another one is taking the place of."""
OLD = 3600.0
"""Seconds without a change after which an unpublished file was left behind by a process that was killed."""
UNPUBLISHED = re.compile(r"\.(\d+)-[0-9a-f]{6,12}\.partial$")
SHOWN = 40  # letters of a name in that of its unpublished form
_MASK = os.umask(0o022)
os.umask(_MASK)
_MACHINE = hashlib.sha256(platform.node().encode()).hexdigest()[:6]
"""In the names of unpublished files: whether their process is alive can be said on its own machine alone."""


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A place to write a file or folder, which gets its name when the block ends well and is removed otherwise.

    The place lies beside `path` and is named after this process, so that several may write the same file: the last one
    stays. A folder that is there already is replaced. What a killed process left at such a place is removed.

    Raises:
        OSError: it cannot be written, also where a library tells that in an error of its own.
    """
    with unpublished(path, glob.escape(path.name[:SHOWN])) as partial:
        yield partial
        publish(partial, path)


@contextmanager
def unpublished(path: Path, left: str = "*") -> Iterator[Path]:
    """A place beside `path` for a file or folder; what is still there when the block ends is removed.

    Args:
        path: the name it is going to have.
        left: pattern of names: what killed processes left at such places of theirs is removed.
    """
    for other in [*path.parent.glob(f"{left}.*-{_MACHINE}*{PARTIAL}")]:
        if _is_orphan(other):
            _remove(other)
    partial = path.with_name(f"{path.name[:SHOWN]}.{os.getpid()}-{_MACHINE}{secrets.token_hex(3)}{PARTIAL}")
    try:
        yield partial
    except Exception as error:
        _raise_system_error(error, path)
        raise
    finally:
        _remove(partial)


def publish(partial: Path, path: Path) -> None:
    """Have a finished file or folder on the disk, then give it its name.

    A folder that is there already steps aside first. Killed between the two, `sweep` gives it its name back.
    """
    for place in [*(partial.rglob("*") if partial.is_dir() else ()), partial]:
        _settle(place)
    before = path.with_name(path.name + BEFORE)
    if partial.is_dir() and path.is_dir():
        _remove(before)  # left by a process that was killed before it could remove it
        path.rename(before)
    partial.replace(path)
    _sync_folder(path.parent)
    _remove(before)


def discard(folder: Path, names: Iterable[str]) -> None:
    """Remove folders so that half of one is never found under its name, and what killed processes left beside them.

    Args:
        folder: where they lie.
        names: theirs; one that another process removed counts as removed.
    """
    with unpublished(folder / "old") as partial:
        partial.mkdir()
        for name in names:
            with suppress(FileNotFoundError):
                (folder / name).rename(partial / name)


def write_text(path: Path, text: str) -> None:
    """Write a text file in one step."""
    with written(path) as partial:
        partial.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file in one step."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def leftovers(folder: Path, age: float = OLD) -> Iterator[Path]:
    """What processes that were killed left unpublished anywhere below a folder.

    Args:
        folder: may be missing.
        age: seconds since its last change.
    """
    for path in folder.rglob(f"*{PARTIAL}"):
        with suppress(OSError):
            if UNPUBLISHED.search(path.name) and time.time() - path.lstat().st_mtime >= age:
                yield path


def sweep(folder: Path, age: float = OLD) -> list[Path]:
    """Remove the leftovers below a folder, and bring back folders that stepped aside; return what was removed."""
    for before in [*folder.rglob(f"*{BEFORE}")]:
        with suppress(OSError):
            if time.time() - before.lstat().st_ctime >= age:
                _bring_back(before)
    results = list(leftovers(folder, age))
    for path in results:
        _remove(path)
    return results


def _bring_back(before: Path) -> None:
    """Give a folder its name again, unless another one has taken it."""
    if before.with_suffix("").exists():
        _remove(before)
    else:
        before.rename(before.with_suffix(""))


def _is_orphan(path: Path) -> bool:
    """Whether the process that began an unpublished file on this machine is gone, or ended and not yet waited for."""
    import psutil  # a tenth of a second, which few need

    result = UNPUBLISHED.search(path.name)
    if result is None:
        return False
    try:
        return psutil.Process(int(result[1])).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _settle(path: Path) -> None:
    """Have a file on the disk, readable for whom new files are."""
    if path.is_dir():
        _sync_folder(path)
        return
    if path.stat().st_mode & 0o777 == 0o600:  # some libraries write by way of temporary files
        path.chmod(0o666 & ~_MASK)
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems cannot
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _raise_system_error(error: Exception, path: Path) -> None:
    """Raise the OSError that a library wrapped, or of which it names no file, with the path.

    safetensors tells a full disk as `SafetensorError`, xlsxwriter as `FileCreateError`, shutil in a list of sentences.
    """
    result = re.search(r"os error (\d+)|\[errno (\d+)\]", str(error), re.IGNORECASE)
    number = getattr(error, "errno", None) or (int(result[1] or result[2]) if result else None)
    if number and getattr(error, "filename", None) is None:
        raise OSError(number, os.strerror(number), str(path)) from error
