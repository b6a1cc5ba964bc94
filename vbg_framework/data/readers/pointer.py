"""Git LFS pointers: the few lines that lie in place of a file whose content was never fetched."""

from __future__ import annotations

from pathlib import Path

from vbg_framework.base.errors import VBGError

START = b"version https://git-lfs"
"""Source: Git LFS specification, "The Pointer"."""
POINTER = "is a Git LFS pointer, not the file"
"""What is wrong with such a file."""
FETCH = "run `git lfs pull` in its folder"
"""What to do about it."""


def is_pointer(path: Path) -> bool:
    """Whether a file is a Git LFS pointer.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(len(START)) == START


def refuse_pointer(path: Path) -> None:
    """Raise VBGError for a file that is a Git LFS pointer."""
    if is_pointer(path):
        raise VBGError(str(path), POINTER, f"{FETCH[0].upper()}{FETCH[1:]}.")
