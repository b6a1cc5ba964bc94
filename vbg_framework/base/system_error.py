"""What the operating system refuses, as a line with the next step: full disks, rights, limits. Light."""

from __future__ import annotations

import errno
import os

from vbg_framework.base.errors import VBGError

FIXES = {
    errno.ENOSPC: ("the disk is full", "Make room."),
    errno.EDQUOT: ("the quota of this user is used up", "Make room."),
    errno.EFBIG: ("the file is larger than this process may write", "Raise the limit: ulimit -f unlimited."),
    errno.EACCES: ("permission denied", "Check who may read and write there, or choose another folder."),
    errno.EPERM: ("permission denied", "Check who may read and write there, or choose another folder."),
    errno.EROFS: ("the file system is read-only", "Choose another folder."),
    errno.ENOENT: ("no such file or folder", "Check the path."),
    errno.ENOTDIR: ("a part of the path is no folder", "Check the path."),
    errno.EISDIR: ("is a folder", "Give a file."),
    errno.ELOOP: ("its links lead in a circle", "Remove the link."),
    errno.ENAMETOOLONG: ("the name is too long", "Take a shorter one."),
    errno.EMFILE: ("too many files are open", "Raise the limit: ulimit -n 1024."),
    errno.ENFILE: ("too many files are open on this machine", "Close other programs."),
    errno.ENOMEM: ("the memory is used up", "Close other programs, or set smaller batches."),
    errno.EIO: ("the device reports an error", "Check the disk."),
}
SHOWN = 200  # letters of a path


def system_error(error: OSError, where: str = "vbg", then: str = "") -> VBGError:
    """An `OSError` in one line.

    Args:
        where: what it is told of if the error names no file.
        then: what to do when it is put right.
    """
    what, fix = FIXES.get(error.errno or 0, (error.strerror or str(error) or type(error).__name__, ""))
    name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes | os.PathLike) else where
    name = name if len(name) <= SHOWN else f"{name[:SHOWN]}..."
    return VBGError(name, what.rstrip("."), " ".join(filter(None, [fix, then])))
