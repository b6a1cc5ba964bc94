"""Dataset `coco`: MS COCO with captions and objects, from the official JSON files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from vbg_framework import Component, Config, hookimpl


class CocoConfig(Config):
    """Where COCO lies.

    Tasks: `supercategory` (one class: that of the largest object) and `categories` (every class in the picture).
    """

    path: str = "coco"
    """Folder with `annotations` and a folder of images per subset; a relative path is also looked up in VBG_DATA."""
    subsets: Annotated[list[Annotated[str, Field(pattern=r"^[\w-]+$")]], Field(min_length=1)] = ["train2017", "val2017"]
    """The subsets to join; divide them again with `split: {use: stratified}` or leave it to `auto`."""
    captions: Annotated[int, Field(ge=0, le=10)] = 5
    """Captions of an image to read, as the text fields caption_1, caption_2, ..."""

    @model_validator(mode="after")
    def _one_edition(self) -> CocoConfig:
        years = {"".join(filter(str.isdigit, name)) for name in self.subsets}
        if len(years) > 1:
            raise ValueError("subsets must be of one year: the editions hold the same images, divided differently")
        if len(set(self.subsets)) < len(self.subsets):
            raise ValueError("a subset is named twice")
        return self


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Declare the data set."""
    tiny = {"path": str(Path(__file__).with_name("tiny"))}
    return [
        Component(
            "dataset", "coco", CocoConfig, "vbg_coco.dataset:CocoDataset", tiny=tiny, modalities=("image", "text")
        )
    ]
