"""A contact sheet: what the classes of a data set look like."""

from __future__ import annotations

from pathlib import Path

from vbg_framework.data.prepared import Prepared


def contact_sheet(prepared: Prepared, task: str, path: Path, per_class: int = 8, size: int = 128) -> None:
    """Write a PNG with one row per class of `task`: name, count and up to `per_class` pictures of `size` px."""
    raise NotImplementedError
