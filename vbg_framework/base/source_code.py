"""What code a result depends on."""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
from pathlib import Path


def code_hash(kind: type) -> str:
    """Hash of the source code, shipped rules included, of the package that a class comes from."""
    return package_hash(kind.__module__)


def package_hash(module: str) -> str:
    """The same for the package that a module belongs to; of that package only the top is imported.

    Args:
        module: dotted name of any of its modules.

    Raises:
        ImportError: there is no such package.
    """
    name = module.partition(".")[0]
    top = sys.modules.get(name) or importlib.import_module(name)
    folders = [Path(folder) for folder in getattr(top, "__path__", ())]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in (".py", ".yaml")]
    files = files or [Path(top.__file__ or os.devnull)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
