"""Dataset `webdataset`: samples in tar files, as the WebDataset library writes them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import model_validator

from vbg_framework import Component, Config, hookimpl


class WebDatasetConfig(Config):
    """Which shards, and what their members mean.

    Read are images, `.json` (columns), `.cls` (a class) and `.txt` (text field `text`). Neighbours whose names are the
    same up to the last dot belong together: `1899.12.jpg`, `1899.12.json`. An image whose name goes on after a dot is a
    view of the object and shares its files: `0001.front.jpg`, `0001.back.jpg`, `0001.json`.
    """

    path: str
    """A tar file, a folder of them, or a pattern (`shards/train-*.tar`). Also looked up in the folder VBG_DATA."""
    targets: dict[str, str] = {}
    """Task -> key in the .json file."""
    cls: str | None = None
    """Name of the task whose label the .cls file holds."""
    classes: list[str] = []
    """Names of the classes if the .cls file holds numbers: 0 = the first."""
    text: list[str] = []
    """Keys of catalogue text in the .json file."""
    metadata: list[str] = []
    """Keys of structured metadata in the .json file."""
    group: str | None = None
    """Key of the object in the .json file: all its samples stay in one split; null = the views of a sample do."""
    split: str | None = None
    """Key of the source's own split in the .json file."""
    split_values: dict[str, str] = {}
    """The source's word -> train, validation or test; common words such as `val` and `dev` are known."""
    licence: str = ""
    """Licence of all images; used where `licence_key` is empty."""
    licence_key: str | None = None
    """Key of the image's licence in the .json file."""

    @model_validator(mode="after")
    def _has_a_task(self) -> WebDatasetConfig:
        if not self.targets and self.cls is None:
            raise ValueError("give `targets`, `cls` or both: no sample has a label otherwise")
        return self


def _modalities(config: WebDatasetConfig) -> list[str]:
    """What the records can have."""
    return ["image", "text", *(["metadata"] if config.metadata else [])]


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Declare the data set."""
    tiny = {"path": str(Path(__file__).with_name("tiny.tar")), "targets": {"form": "form"}, "text": ["title"]}
    return [
        Component(
            "dataset",
            "webdataset",
            WebDatasetConfig,
            "vbg_webdataset.dataset:WebDataset",
            tiny=tiny,
            modalities=_modalities,
        )
    ]
