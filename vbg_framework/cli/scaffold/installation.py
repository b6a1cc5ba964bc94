"""Installing the folder of a plugin into the environment that `vbg` itself runs in. Light."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from vbg_framework.base.errors import VBGError


def install(folder: Path) -> None:
    """Install it so that changes of its files count at once, with pip, or with uv where there is none.

    Raises:
        VBGError: it is no package, there is neither pip nor uv, or they refuse it.
    """
    if not (folder / "pyproject.toml").is_file():
        raise VBGError(str(folder), "holds no pyproject.toml", "Give the folder that `vbg plugin new` has written.")
    command = [*_installer(), "--editable", str(folder.resolve())]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no reason was given"]
        raise VBGError(str(folder), f"cannot be installed ({said[-1].strip()})", f"Try: {' '.join(command)}")
    print(f"{folder} is installed into {sys.prefix}.")


def _installer() -> list[str]:
    """The beginning of the command."""
    if find_spec("pip"):
        return [sys.executable, "-m", "pip", "install"]
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--python", sys.executable]
    fix = f"Get one of them: {sys.executable} -m ensurepip"
    raise VBGError("vbg plugin install", f"there is neither pip nor uv for {sys.prefix}", fix)
