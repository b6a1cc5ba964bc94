"""Where a file that an experiment names lies on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from vbg_framework.base.errors import VBGError


def locate(path: str, *, variable: str) -> Path:
    """Return the file or folder that `path` means on this machine.

    An absolute path means itself. A relative one is looked up in the working folder first, then in the folder that
    the environment variable `variable` names (`VBG_DATA` for data sets, `VBG_WEIGHTS` for weights).

    Raises:
        VBGError: nothing lies at any of these places.
    """
    root = os.environ.get(variable)
    for place in _places(path, variable):
        if place.exists():
            return place.absolute()
    tried = ", ".join(str(place.absolute()) for place in _places(path, variable))
    state = f"{variable} is {root}" if root else f"{variable} is not set"
    raise VBGError(
        path,
        f"no such file or folder, tried {tried} ({state})",
        f"Set {variable} to the folder that holds it, or give another path with --set.",
    )


def find(text: str, *, variable: str) -> Path | None:
    """The same for a text that need not be a path; None where nothing lies, whatever the text is."""
    try:
        return next((place.absolute() for place in _places(text, variable) if place.exists()), None)
    except (OSError, RuntimeError, ValueError):  # too long for a name, of an unknown user, not encodable
        return None


def _places(path: str, variable: str) -> list[Path]:
    named, root = Path(os.path.expanduser(path)), os.environ.get(variable)  # an unknown user's `~name` stays
    return [named] if named.is_absolute() or not root else [named, Path(os.path.expanduser(root)) / named]
