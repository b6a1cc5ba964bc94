"""Dataset `cleveland`: the open data of the Cleveland Museum of Art (data.csv or data.json)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import model_validator

from vbg_framework import Component, Config, hookimpl


class Target(Config):
    """Where the label of a task stands."""

    field: str
    """Field of the label."""
    multi_label: bool = False
    """Whether the field holds several classes (a list, or `;` between them)."""


class ClevelandConfig(Config):
    """Which export, which of its works, and what of them."""

    path: str
    """data.csv or data.json; a relative path is also looked up in the folder VBG_DATA."""
    open_only: bool = True
    """Only works whose share_license_status is CC0; of the others no image may be used."""
    has_image: bool = False
    """Only works whose image is here."""
    images: str | None = None
    """Pattern of the image's path below the export's folder: `images/{id}.jpg`."""
    text: list[str] = [
        *("title", "tombstone", "technique", "culture", "creation_date"),
        *("description", "digital_description", "wall_description", "did_you_know"),
    ]
    """Fields of catalogue text, each kept apart; those that an export lacks stay empty."""
    targets: dict[str, str | Target] = {}
    """Task -> field of its label, or `{field, multi_label}`."""
    labels: str | None = None
    """Label-mapping file for more tasks; looked up like `path`."""
    metadata: list[str] = ["creation_date_earliest", "creation_date_latest"]
    """Fields of structured metadata; a cell written like a number is one."""

    @model_validator(mode="after")
    def _has_a_task(self) -> ClevelandConfig:
        if not self.targets and self.labels is None:
            raise ValueError("give `targets`, `labels` or both: no work has a label otherwise")
        return self


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Declare the data set."""
    tiny = {"path": str(Path(__file__).with_name("tiny.json")), "targets": {"type": "type"}}
    return [
        Component(
            "dataset",
            "cleveland",
            ClevelandConfig,
            "vbg_cleveland.dataset:ClevelandDataset",
            tiny=tiny,
            modalities=("image", "text", "metadata"),
        )
    ]
