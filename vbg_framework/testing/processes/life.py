"""What the surroundings of a component see of it while it does its work: files, settings of the process."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

SETTINGS = ("VBG_", "PYTHON", "OMP_", "CUDA_")
"""How environment variables begin that others depend on."""
WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT


class Life:
    """What was seen.

    Attributes:
        read, written: files that were opened so, in order; without those of Python itself.
        changed: settings of the process that are other ones afterwards: name -> what it became.
    """

    def __init__(self) -> None:
        self.read: list[Path] = []
        self.written: list[Path] = []
        self.changed: dict[str, Any] = {}

    def opened(self, path: Any, mode: Any, flags: Any) -> None:
        """Called for every file that is opened."""
        if not isinstance(path, str | bytes | os.PathLike):
            return
        writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool((flags or 0) & WRITING)
        (self.written if writes else self.read).append(Path(os.path.abspath(os.fsdecode(path))))


@contextmanager
def observed() -> Iterator[Life]:
    """Watch this thread until the end of the block; settings are put back."""
    life, before = Life(), _settings()
    _install()
    outer, _watching.life = getattr(_watching, "life", None), life
    try:
        yield life
    finally:
        _watching.life = outer
        after = _settings()
        life.changed = {name: value for name, value in after.items() if value != before.get(name)}
        life.changed |= dict.fromkeys(set(before) - set(after))
        if life.changed:
            _restore(before)


def within(path: Path, folders: list[Path]) -> bool:
    """Whether a file is one of these or lies in one of them, links followed or not."""
    ways = {path, Path(os.path.realpath(path))}
    return any(way.is_relative_to(place) for way in ways for folder in folders for place in (folder, _real(folder)))


def common_places() -> list[Path]:
    """Where anybody may read: Python, its packages, devices."""
    return [Path(place) for place in {sys.prefix, sys.base_prefix, "/dev", "/proc", "/sys", "/etc", "/usr"}]


def temporary_places() -> list[Path]:
    """Where anybody may write: temporary folders and caches."""
    return [*map(Path, (tempfile.gettempdir(), "/dev", "/proc")), *caches()]


def caches() -> list[Path]:
    """Where results are kept by what they follow from."""
    named = [os.environ.get(name) for name in ("VBG_CACHE", "HF_HOME", "XDG_CACHE_HOME", "TORCH_HOME", "MPLCONFIGDIR")]
    return [Path.home() / ".cache", *(Path(place) for place in named if place)]


def _real(folder: Path) -> Path:
    return Path(os.path.realpath(folder))


_watching = threading.local()
_installed: list[bool] = []


def _install() -> None:
    """An audit hook cannot be taken away again: one for all."""
    if not _installed:
        _installed.append(True)
        sys.addaudithook(_heard)


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in ("open", "sqlite3.connect"):
        return
    life = getattr(_watching, "life", None)
    if life is not None:
        path, mode, flags = (*arguments, None, None)[:3]
        life.opened(path, mode, flags)


def _settings() -> dict[str, Any]:
    return {
        "the working folder": os.getcwd(),
        "sys.path": tuple(sys.path),
        "torch's default dtype": torch.get_default_dtype(),
        "torch's gradient mode": torch.is_grad_enabled(),
        "torch's number of threads": torch.get_num_threads(),
        "NumPy's treatment of errors": tuple(sorted(np.geterr().items())),
        **{name: value for name, value in os.environ.items() if name.startswith(SETTINGS)},
    }


def _restore(before: dict[str, Any]) -> None:
    os.chdir(before["the working folder"])
    sys.path[:] = before["sys.path"]
    torch.set_default_dtype(before["torch's default dtype"])
    torch.set_grad_enabled(before["torch's gradient mode"])
    torch.set_num_threads(before["torch's number of threads"])
    np.seterr(**dict(before["NumPy's treatment of errors"]))
    for name in [name for name in os.environ if name.startswith(SETTINGS) and name not in before]:
        del os.environ[name]
    os.environ.update({name: value for name, value in before.items() if name.startswith(SETTINGS)})
