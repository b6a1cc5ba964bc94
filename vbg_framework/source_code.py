"""What code a result depends on."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path


def code_hash(kind: type) -> str:
    """Hash of the source code, shipped rules included, of the package that a class comes from."""
    top = sys.modules[kind.__module__.partition(".")[0]]
    folders = [Path(folder) for folder in getattr(top, "__path__", ())]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in (".py", ".yaml")]
    files = files or [Path(top.__file__ or os.devnull)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
