"""The environment of a run: versions, plugins, machine, git commit. Light: reads metadata, imports nothing."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from vbg_framework.base.version import __version__
from vbg_framework.config.plugins import Plugins

GIT = ("git", "-c", "core.fsmonitor=false")
"""Git without the program that the settings of a repository may name for it to run."""
PACKAGES = (
    "torch",
    "transformers",
    "accelerate",
    "timm",
    "datasets",
    "scikit-learn",
    "numpy",
    "pillow",
    "pydantic",
    "pluggy",
)


def environment(plugins: Plugins) -> dict[str, Any]:
    """Everything that may explain a difference between two runs."""
    return {
        "vbg_framework": __version__,
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
        "plugins": {s.name: f"{s.distribution} {s.version} ({s.status})" for s in plugins.statuses},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpu_count": os.cpu_count(),
        "git_commit": _git_commit(),
        "command": " ".join(["vbg", *sys.argv[1:]]),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _git_commit() -> str | None:
    """Commit of the working directory, `+changes` if it was not clean; None outside a repository."""
    try:
        head = subprocess.run([*GIT, "rev-parse", "HEAD"], capture_output=True, text=True, timeout=5)
        dirty = subprocess.run(
            [*GIT, "status", "--porcelain", "-uno"],
            capture_output=True,
            text=True,
            timeout=5,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if head.returncode:
        return None
    return head.stdout.strip() + ("+changes" if dirty.stdout.strip() else "")
