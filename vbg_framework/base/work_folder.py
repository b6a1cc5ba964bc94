"""A folder that one process at a time works in. Light: never imports torch."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from vbg_framework.base.errors import VBGError


class WorkFolder:
    """Files that appear in one step, and a lock.

    Attributes:
        path: the folder.
        name: `<parent>/<id>`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = f"{path.parent.name}/{path.name}"

    def read_json(self, name: str) -> Any:
        """Content of a JSON file of the folder."""
        return json.loads((self.path / name).read_text(encoding="utf-8"))

    def write_json(self, name: str, value: Any) -> None:
        """Write a JSON file in one step."""
        self.write_text(name, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Write a text file in one step."""
        partial = self.path / f"{name}.partial"
        partial.write_text(text, encoding="utf-8")
        partial.replace(self.path / name)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this process; released by the system when the process dies.

        Raises:
            VBGError: another process is working in it.
        """
        lock = FileLock(self.path / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise VBGError(self.name, "another process is working on this", "Wait for it, or end it.") from None
        try:
            yield
        finally:
            lock.release()


def folders(root: Path, name: str | None, mark: str) -> list[Path]:
    """The folders `<root>/<name>/<id>` that hold a file `mark`, oldest first; of all names without one."""
    found = root.glob(f"{name or '*'}/*/{mark}")
    return [path.parent for path in sorted(found, key=lambda path: path.parent.name)]


def named_folder(root: Path, name: str, mark: str) -> Path | None:
    """The folder meant by a path, or by `<name>/<id>` below `root`, if it holds a file `mark`."""
    return next((path.resolve() for path in (Path(name), root / name) if (path / mark).is_file()), None)


def new_folder(parent: Path) -> Path:
    """Make a folder named after the present second.

    Raises:
        VBGError: it cannot be made.
    """
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    for number in range(1000):
        path = parent / (f"{stamp}-{number}" if number else stamp)
        try:
            os.makedirs(path)
        except FileExistsError:
            continue
        except OSError as error:
            raise VBGError(str(path), f"cannot make the run folder ({error})", "Choose another with --runs.") from None
        return path
    raise VBGError(str(parent), "a thousand runs in one second", "Wait a moment.")
