"""Pipes, sockets and devices in the place of files: reading one might never end. Light."""

from __future__ import annotations

import stat
from pathlib import Path

from vbg_framework.base.errors import VBGError

HANDED_OVER = Path("/dev")
"""Where a shell puts the pipe of `<(command)`, and the standard input lies."""


def regular(path: Path) -> Path:
    """The path, if a file, a folder or nothing lies there, or if its user named a pipe of the shell.

    Raises:
        VBGError: something else lies there, or a link leads to it.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # missing, or no name at all: who reads it says so
        return path
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode) or HANDED_OVER in path.parents:
        return path
    raise VBGError(str(path), "is a pipe or a device, not a file", "Remove it and restore the file.")


def refuse_special(folder: Path) -> Path:
    """The folder, if all that lies in it is `regular`.

    Raises:
        VBGError: something is not.
    """
    for path in sorted(folder.rglob("*")):
        regular(path)
    return folder
