"""Dataset `met`: the open data of The Metropolitan Museum of Art, in any of the forms it is published in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import model_validator

from vbg_framework import Component, Config, hookimpl

# fmt: off
FIELDS = (
    "object_number", "is_highlight", "is_timeline_work", "is_public_domain", "object_id", "gallery_number",
    "department", "accession_year", "object_name", "title", "culture", "period", "dynasty", "reign", "portfolio",
    "constituent_id", "artist_role", "artist_prefix", "artist_display_name", "artist_display_bio", "artist_suffix",
    "artist_alpha_sort", "artist_nationality", "artist_begin_date", "artist_end_date", "artist_gender",
    "artist_ulan_url", "artist_wikidata_url", "object_date", "object_begin_date", "object_end_date", "medium",
    "dimensions", "credit_line", "geography_type", "city", "state", "county", "country", "region", "subregion",
    "locale", "locus", "excavation", "river", "classification", "rights_and_reproduction", "link_resource",
    "object_wikidata_url", "metadata_date", "repository", "tags", "tags_aat_url", "tags_wikidata_url",
)
# fmt: on
"""The 54 columns of MetObjects.csv; every form of the data is read under these names."""
LABELS = {"porcelain": "porcelain.yaml"}
"""The label-mapping files that come with the plugin."""


class Target(Config):
    """Where the label of a task stands."""

    field: str
    """Field of the label."""
    multi_label: bool = False
    """Whether a cell holds several classes, with `|` between them."""


class MetConfig(Config):
    """Which export, which of its objects, and what of them."""

    path: str
    """MetObjects.csv, raw API objects (.jsonl), or Parquet; a relative path is also looked up in VBG_DATA."""
    departments: list[str] = []
    """Only objects of these departments, for example `Asian Art`; empty = all."""
    public_domain: bool = True
    """Only objects in the public domain; of the others no image may be used."""
    has_image: bool = False
    """Only objects whose image is here."""
    keep: dict[str, str] = {}
    """Field -> regular expression: only objects in which it is found, in upper or lower case."""
    images: str | None = None
    """Pattern of the image's path below the table's folder: `images/{object_id}.jpg`. Images in Parquet need none."""
    text: list[str] = [
        *("title", "object_name", "medium", "culture", "period", "dynasty", "reign", "object_date"),
        *("artist_display_name", "country", "region", "credit_line", "tags"),
    ]
    """Fields of catalogue text, each kept apart: the museum publishes no description."""
    targets: dict[str, str | Target] = {}
    """Task -> field of its label, or `{field, multi_label}`."""
    labels: str | None = None
    """Label-mapping file for more tasks: `porcelain`, which comes with the plugin, or a path (found like `path`)."""
    metadata: list[str] = ["object_begin_date", "object_end_date"]
    """Fields of structured metadata; a cell written like a number is one."""

    @model_validator(mode="after")
    def _has_a_task(self) -> MetConfig:
        if not self.targets and self.labels is None:
            raise ValueError("give `targets`, `labels` or both: no object has a label otherwise")
        return self


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Declare the data set."""
    tiny = {"path": str(Path(__file__).with_name("tiny.csv")), "labels": "porcelain"}
    return [
        Component(
            "dataset",
            "met",
            MetConfig,
            "vbg_met.dataset:MetDataset",
            tiny=tiny,
            modalities=("image", "text", "metadata"),
        )
    ]
