"""A procedural museum collection: rendered vessels, catalogue texts, and known ceilings for every task."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, model_validator

from vbg_framework import Component, Config, hookimpl

Share = Annotated[float, Field(ge=0, le=1)]


class MiniMuseumConfig(Config):
    """Options of the collection that is drawn, not downloaded."""

    objects: Annotated[int, Field(ge=1)] = 720
    """Museum objects. A larger collection begins with the smaller one."""
    views: Annotated[int, Field(ge=1, le=16)] = 4
    """Most photographs of one object; each object has 1 to this many, each with a text of its own."""
    size: Annotated[int, Field(ge=16, le=2048)] = 64
    """Side of the pictures in pixels."""
    seed: Annotated[int, Field(ge=0)] = 0
    """Seed of every draw."""
    tail: Annotated[float, Field(ge=1)] = 25
    """How many times as frequent the commonest form is as the rarest; other tasks have the same fall per class."""
    missing_text: Share = 0.05
    """Share of records without a text; these always have an image."""
    missing_image: Share = 0.0
    """Share of records without an image; these always have a text."""
    archive: Share = 0.1
    """Share of photographs that are old black-and-white prints, in which the glaze cannot be told."""
    repeated: bool = False
    """Whether zones draw their ornaments one by one, so that one may occur twice and no zone tells of another."""

    @model_validator(mode="after")
    def _something_is_left(self) -> MiniMuseumConfig:
        if self.missing_text + self.missing_image > 1:
            raise ValueError("missing_text + missing_image must not exceed 1: no record lacks both")
        return self


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Offer the dataset `mini_museum`."""
    return [
        Component(
            kind="dataset",
            name="mini_museum",
            config=MiniMuseumConfig,
            target="vbg_mini_museum.dataset:MiniMuseum",
            tiny={"objects": 40, "views": 2, "size": 32, "tail": 2},
            modalities=("image", "text", "metadata"),
        )
    ]
