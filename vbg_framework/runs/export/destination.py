"""The folder an export goes to: never one that holds something, and complete as soon as it is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vbg_framework.base.errors import VBGError
from vbg_framework.base.publication import written


@contextmanager
def destination(folder: Path) -> Iterator[Path]:
    """A folder to write into, which gets its name when all went well and is removed otherwise.

    Args:
        folder: new, or empty.

    Raises:
        VBGError: something lies there already, or it cannot be written to.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise VBGError(str(folder), "exists already", "Choose a new folder for --out.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with written(folder) as partial:
            partial.mkdir()
            yield partial
    except OSError as error:
        raise VBGError(str(folder), f"cannot be written ({error})", "Choose another --out.") from error
