"""What a file is that stands where a picture should be."""

from __future__ import annotations

from pathlib import Path

HEAD = 512  # bytes looked at
LFS = b"version https://git-lfs.github.com/spec"


def is_pointer(path: Path) -> bool:
    """Whether a file is what Git LFS leaves in the place of one that was not fetched."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD).startswith(LFS)
    except OSError:
        return False
