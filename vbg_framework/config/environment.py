"""The environment of a run: versions, plugins, machine, git commit. Light: reads metadata, imports nothing."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from vbg_framework.base.version import __version__
from vbg_framework.config.plugins import Plugins, PluginStatus

QUIET = {"core.fsmonitor": "false", "core.hooksPath": os.devnull}
ALONE = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
"""Git without the programs that the settings of a repository may name for it to run, and without a network."""
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
    names = Counter(status.name for status in plugins.statuses)
    return {
        "vbg_framework": __version__,
        "packages": {name: result for name in PACKAGES if (result := _version(name))},
        "plugins": {_told(s, names): f"{s.distribution} {s.version} ({s.status})" for s in plugins.statuses},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpu_count": os.cpu_count(),
        "git_commit": _git_commit(),
        "command": " ".join(["vbg", *sys.argv[1:]]),
    }


def _told(status: PluginStatus, names: Counter[str]) -> str:
    """What a plugin is called where no other is called so."""
    return status.name if names[status.name] == 1 else status.full_name


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _git_commit() -> str | None:
    """Commit of the working directory, `+changes` if it was not clean; None outside a repository."""
    try:
        head = _git(QUIET, "rev-parse", "HEAD")
        filters = (_git(QUIET, "config", "-z", "--name-only", "--get-regexp", r"^filter\.") or "").split("\0")
        settings = QUIET | {name: "" for name in filters if name}
        changes = _git(settings, "status", "--porcelain", "-uno", "--ignore-submodules")
    except (OSError, subprocess.TimeoutExpired):
        return None
    return head and head + ("+changes" if changes else "")


def _git(settings: Mapping[str, str], *arguments: str) -> str | None:
    """What git answers, None if it cannot."""
    facts = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings.items()):
        facts |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    done = subprocess.run(["git", *arguments], capture_output=True, env=os.environ | ALONE | facts, timeout=5)
    return None if done.returncode else done.stdout.decode(errors="replace").strip()
