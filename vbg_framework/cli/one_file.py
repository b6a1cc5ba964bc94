"""Any command with a plugin that is a single file, for trying. Light."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import FILES


def run_with(file: Path, words: Sequence[str]) -> int:
    """Load the file as a plugin beside the installed ones, in this process and those it starts, and run a command.

    Args:
        file: a module with `vbg_components` or other hooks; components name their class as `<stem of the file>:Class`.
        words: a command of `vbg`, such as `["run", "quickstart", "--tiny"]`; none = its components are checked.

    Raises:
        VBGError: there is no such file, or its name is none of a module.
    """
    from vbg_framework.cli import main

    place = file.resolve()
    if not place.is_file():
        raise VBGError(str(file), "no such file", "Give a Python file that implements hooks.")
    if place.suffix != ".py" or not place.stem.isidentifier():
        raise VBGError(str(file), "cannot be imported under this name", "Call it like a module: my_encoder.py")
    before = os.environ.get(FILES)
    os.environ[FILES] = os.pathsep.join(filter(None, (before, str(place))))
    sys.path.insert(0, str(place.parent))
    try:
        return main([*words] or ["plugin", "check", place.stem])
    finally:
        sys.path.remove(str(place.parent))
        os.environ.pop(FILES)
        if before:
            os.environ[FILES] = before
