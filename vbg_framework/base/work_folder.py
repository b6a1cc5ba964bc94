"""A folder that one process at a time works in. Light: never imports torch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from filelock import FileLock, Timeout

from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.base.publication import PARTIAL, unpublished, write_json, write_text
from vbg_framework.base.regular_file import regular

LOCK = ".lock"


class WorkFolder:
    """Files that appear in one step, and a lock.

    Attributes:
        path: the folder.
        name: `<parent>/<id>`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = f"{path.parent.name}/{path.name}"

    def read_json(self, name: str, kind: Any = object) -> Any:
        """Content of a JSON file of the folder; see `base.json_file.read_json`."""
        return read_json(self.path / name, kind)

    def write_json(self, name: str, value: Any) -> None:
        """Write a JSON file in one step."""
        write_json(self.path / name, value)

    def write_text(self, name: str, text: str) -> None:
        """Write a text file in one step."""
        write_text(self.path / name, text)

    def is_locked(self) -> bool:
        """Whether a process is working in it; asks without writing anything."""
        try:
            with regular(self.path / LOCK).open("rb") as file:
                return is_held(file)
        except (OSError, VBGError):  # nobody has ever worked in it
            return False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this process; released by the system when the process dies.

        Raises:
            VBGError: another process is working in it.
        """
        lock = FileLock(regular(self.path / LOCK))
        try:
            lock.acquire(timeout=0.2)  # longer than somebody asks whether it is held
        except Timeout:
            raise VBGError(self.name, "another process is working on this", "Wait for it, or end it.") from None
        try:
            yield
        finally:
            lock.release()


def folders(root: Path, name: str | None, mark: str) -> list[Path]:
    """The folders `<root>/<name>/<id>` that hold a file `mark`, oldest first; of all names without one."""
    if name is not None and Path(name).is_absolute():
        return []
    try:
        results = list((root if name is None else root / name).glob(f"{'*/' if name is None else ''}*/{mark}"))
    except (OSError, ValueError):  # nothing can be called so
        return []
    named = [path.parent for path in results if path.parent.suffix != PARTIAL]  # killed before it got its name
    return sorted(named, key=lambda path: path.name)


def named_folder(root: Path, name: str, mark: str) -> Path | None:
    """The folder meant by a path, or by `<name>/<id>` below `root`, if it holds a file `mark`."""
    return next((path.resolve() for path in (Path(name), root / name) if _is_file(path / mark)), None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long for a name, or holds a NUL
        return False


def new_folder(parent: Path) -> Path:
    """Make a folder named after the present second.

    Raises:
        VBGError: it cannot be made.
    """
    for path in _names(parent):
        try:
            os.makedirs(path)
        except FileExistsError:
            continue
        except OSError as error:
            raise _refused(path, error) from None
        return path
    raise VBGError(str(parent), "a thousand runs in one second", "Wait a moment.")


def filled_folder(parent: Path, fill: Callable[[Path], object]) -> Path:
    """The same with files in it: nobody finds it without them, and what killed processes left of theirs is removed.

    Args:
        parent: where it is made.
        fill: writes at least one file into the folder it is given.

    Raises:
        VBGError: it cannot be made.
    """
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused(parent, error) from None
    with unpublished(next(_names(parent))) as partial:
        partial.mkdir()
        fill(partial)
        for path in _names(parent):
            with suppress(OSError):  # a folder that holds files is not replaced
                return partial.rename(path)
    raise VBGError(str(parent), "a thousand runs in one second", "Wait a moment.")


def _names(parent: Path) -> Iterator[Path]:
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    return (parent / (f"{stamp}-{number}" if number else stamp) for number in range(1000))


def _refused(path: Path, error: OSError) -> VBGError:
    return VBGError(str(path), f"cannot make the run folder ({error})", "Choose another with --runs.")


def is_held(file: IO[bytes]) -> bool:
    """Whether a process holds the lock of an open file; where the system cannot say, nobody does."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False
