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


def foreign(head: bytes) -> str | None:
    """A reason in words if these first bytes are those of something that often stands in for a picture, else None."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(LFS):
        return "file is a Git LFS pointer, not the picture: run `git lfs pull` in its folder"
    if start.startswith((b"<!doctype html", b"<html", b"<head")):
        return "file is a web page, not a picture: download it again"
    if start.startswith((b"<?xml", b"<svg", b"{", b"[")):
        return "file is text, not a picture"
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"):
        return "file is HEIC, which is not read: convert it to JPEG"
    if head[:4] in (b"II*\0", b"MM\0*"):
        return "TIFF of a bit depth, number of samples or compression that is not read: export it with 8 bits"
    return None
