"""The folder an export goes to: never one that holds something, and complete as soon as it is there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vbg_framework.base.errors import VBGError


@contextmanager
def destination(folder: Path) -> Iterator[Path]:
    """A folder to write into, which gets its name when all went well and is removed otherwise.

    Args:
        folder: new, or empty.

    Raises:
        VBGError: something lies there already, or it cannot be written to.
    """
    partial = folder.with_name(f"{folder.name}.partial")
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise VBGError(str(folder), "exists already", "Choose a new folder for --out.")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial
        partial.replace(folder)
    except OSError as error:
        raise VBGError(str(folder), f"cannot be written ({error})", "Choose another --out.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
