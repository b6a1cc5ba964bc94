"""Dataset `image_folder`: images in one folder per class, or beside a table that describes them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vbg_framework import Component, Config, hookimpl


class ImageFolderConfig(Config):
    """Which folder, and, if there is a `metadata.csv|jsonl|parquet`, which of its columns mean what.

    Without a table, the label is the name of the uppermost folder that an image lies in, under the task `task`.
    """

    path: str
    """The folder; it may hold one folder per split (`Train`, `val`, `test`). Also looked up in the folder VBG_DATA."""
    task: str = "label"
    """Name of the task whose classes are the names of the folders."""
    targets: dict[str, str] = {}
    """Task -> column of its label in the table; empty = the names of the folders."""
    text: list[str] = []
    """Columns of catalogue text in the table."""
    metadata: list[str] = []
    """Columns of structured metadata in the table; a cell written like a number is one."""
    group: str | None = None
    """Column of the object in the table: all its images stay in one split."""
    licence: str = ""
    """Licence of all images; used where `licence_column` is empty."""
    licence_column: str | None = None
    """Column of the image's licence in the table."""


def _modalities(config: ImageFolderConfig) -> list[str]:
    """What the records can have."""
    return ["image", *(name for name in ("text", "metadata") if getattr(config, name))]


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Declare the data set."""
    tiny = {"path": str(Path(__file__).with_name("tiny"))}
    return [
        Component(
            "dataset",
            "image_folder",
            ImageFolderConfig,
            "vbg_image_folder.dataset:ImageFolder",
            tiny=tiny,
            modalities=_modalities,
        )
    ]
