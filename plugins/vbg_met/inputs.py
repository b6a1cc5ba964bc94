"""From an object to the inputs of its record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from vbg_framework.toolkit import Cells, Described, Pictures
from vbg_met import MetConfig
from vbg_met.layout import IMAGE

SEPARATOR = "|"


class Inputs:
    """Text, metadata and image of an object.

    Args:
        config: the options.
        path: the export; images lie below its folder.
        finds: see `Pictures`.
    """

    def __init__(self, config: MetConfig, path: Path, finds: Callable[[Path], bool] = Path.is_file) -> None:
        self.described = Described({field: (field, SEPARATOR) for field in config.text}, config.metadata)
        self.pictures = Pictures(path.parent.resolve(), config.images or "", IMAGE, finds)

    def __call__(self, cells: Cells) -> dict[str, Any]:
        """Raises `CellError` for a cell that holds neither text nor a number."""
        return {**self.described(cells), **self.pictures(cells)}
