"""Which plugin an unforeseen error came from."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

from vbg_framework.registry import Part


def blame(error: BaseException, parts: Mapping[str, Part]) -> str | None:
    """Name the plugin and component in whose code the error was raised; None if it was in nobody's.

    Args:
        parts: the components of the run.
    """
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        for key, part in parts.items():
            if Path(frame.filename).is_relative_to(_folder(part)):
                return f"plugin {part.plugin.name} ({key}: {part.component.name})"
    return None


def _folder(part: Part) -> Path:
    """Folder of the component's package, or its only file."""
    root = sys.modules.get(part.component.target.partition(":")[0].partition(".")[0])
    file = Path(getattr(root, "__file__", None) or "nowhere")
    return file.parent if file.name == "__init__.py" else file
