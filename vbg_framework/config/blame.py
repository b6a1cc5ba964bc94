"""Which plugin an unforeseen error came from."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

from vbg_framework.config.registry import Part


def blame(error: BaseException, parts: Mapping[str, Part]) -> str | None:
    """Name the plugin and component in whose code the error was raised; None if it was in nobody's.

    Args:
        parts: the components of the run.
    """
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        suspects = {key: part for key, part in parts.items() if file.is_relative_to(_folder(part))}
        exact = {key: part for key, part in suspects.items() if file == _file(part.component.target)}
        for key, part in (exact if len(exact) == 1 else suspects).items():
            which = f" ({key}: {part.component.name})" if 1 in (len(exact), len(suspects)) else ""
            return f"plugin {part.plugin.name}{which}"
    return None


def _file(target: str) -> Path:
    """The file a component's class stands in."""
    return Path(getattr(sys.modules.get(target.partition(":")[0]), "__file__", None) or "nowhere")


def _folder(part: Part) -> Path:
    """Folder of the component's package, or its only file."""
    file = _file(part.component.target.partition(".")[0])
    return file.parent if file.name == "__init__.py" else file
