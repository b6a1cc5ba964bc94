"""What the machine lacks, told as that and not as a damaged file or a plugin's fault. Light."""

from __future__ import annotations

import errno
import mmap

from vbg_framework.base.errors import VBGError
from vbg_framework.base.system_error import FIXES

LACKS = (errno.ENOMEM, errno.EMFILE, errno.ENFILE)
SIGNS = (
    "can't start new thread",
    "failed to map segment",
    "failed to allocate",
    "cannot allocate memory",
    "can't allocate memory",
    "out of memory",
    "std::bad_alloc",
)
"""In what Python, the linker, torch, CUDA and C++ say instead of raising a `MemoryError`."""
UNSURE = ("could not create a primitive",)
"""What oneDNN says then, and for other reasons: it counts if there is no memory left."""
SHOWN = 200  # letters of what they say
ROOM = 1 << 29
"""Bytes that a machine has if it is not short of memory: then it was the item that asked for more than there is."""


def shortage(error: BaseException | None) -> VBGError | None:
    """A lack of memory or of open files in one line, if an error is one or comes from one; None if not.

    Args:
        error: with its causes, and with the errors it was raised instead of. One that tells of memory itself stays.
    """
    if isinstance(error, VBGError) and "memory" in error.what:
        return error
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if (lacking := _lacking(error)) is not None:
            first = (str(error).splitlines() or [""])[0].rstrip(".")[:SHOWN]
            what, fix = FIXES[lacking]
            return VBGError("vbg", f"{what} ({first or type(error).__name__})", fix)
        error = error.__cause__ or error.__context__
    return None


def pass_on(error: BaseException) -> None:
    """Raise a shortage again, before a broad `except` blames the item or the plugin that it was met in.

    An item may ask for more memory than any machine has. So a lack of memory counts only if there is none.

    Raises:
        VBGError: the machine is short of memory or of open files.
    """
    found = shortage(error)
    if found and not (found.what.startswith(FIXES[errno.ENOMEM][0]) and _has_room()):
        raise found from error


def _lacking(error: BaseException) -> int | None:
    """The number of the system's error; None if the machine lacks nothing."""
    if isinstance(error, OSError) and error.errno in LACKS:
        return error.errno
    said = str(error).lower()
    told = any(sign in said for sign in SIGNS) or (any(sign in said for sign in UNSURE) and not _has_room())
    told = told and isinstance(error, RuntimeError | ImportError | OSError)
    return errno.ENOMEM if told or isinstance(error, MemoryError) else None


def _has_room() -> bool:
    try:
        mmap.mmap(-1, ROOM).close()
    except OSError:
        return False
    return True
