"""Dataset `hub`: any Hugging Face data set, from the hub by its id or from a local folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import model_validator

from vbg_framework import Component, Config, hookimpl


class Target(Config):
    """Where the label of a task stands."""

    column: str
    """Column of the label; numbers of a `ClassLabel` become names."""
    multi_label: bool = False
    """Whether the column holds lists of classes."""


class HubConfig(Config):
    """Which data set, and which of its columns mean what. Loading scripts are refused: they are somebody's code."""

    hub: str | None = None
    """Id of a data set on the hub (`owner/name`); the only option that touches the network."""
    path: str | None = None
    """Local folder in a layout that `datasets.load_dataset` understands, or one table; also looked up in VBG_DATA."""
    revision: str | None = None
    """Commit or tag of the hub data set; name one, or results will change with it."""
    subset: str | None = None
    """Configuration of a data set that has several."""
    splits: list[str] = []
    """Splits to read, in this order; empty = all."""
    split_values: dict[str, str] = {"val": "validation", "valid": "validation", "dev": "validation"}
    """The source's word -> train, validation or test, where they differ; other splits count as not divided."""
    id: str | None = None
    """Column of the record's id; null = split and row number."""
    image: str | None = None
    """Column of the image: encoded bytes, its path below the folder, or both; `image` in a folder of pictures."""
    text: list[str] = []
    """Columns of catalogue text."""
    targets: dict[str, str | Target]
    """Task -> column of its label, or `{column, multi_label}`."""
    metadata: list[str] = []
    """Columns of structured metadata; a cell written like a number is one."""
    group: str | None = None
    """Column of the object: all its records stay in one split."""
    licence: str = ""
    """Licence of all images; used where `licence_column` is empty."""
    licence_column: str | None = None
    """Column of the image's licence."""

    @model_validator(mode="after")
    def _one_source(self) -> HubConfig:
        if (self.hub is None) == (self.path is None):
            raise ValueError("give either `hub` (an id) or `path` (a folder)")
        if self.path is not None and self.revision is not None:
            raise ValueError("`revision` belongs to `hub`; a local folder has none")
        return self


def _modalities(config: HubConfig) -> list[str]:
    """What the records can have."""
    return ["image", *(name for name in ("text", "metadata") if getattr(config, name))]


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Declare the data set."""
    tiny = {"path": str(Path(__file__).with_name("tiny")), "text": ["title"], "targets": {"form": "form"}}
    return [Component("dataset", "hub", HubConfig, "vbg_hub.dataset:HubDataset", tiny=tiny, modalities=_modalities)]
