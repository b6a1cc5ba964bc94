"""Dataset `table`: any CSV, JSON, Parquet or spreadsheet file, with images beside it or inside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from vbg_framework import Component, Config, hookimpl


class Text(Config):
    """Where a text field stands, if its cells hold several values."""

    column: str
    """Column of the text."""
    separator: str = "|"
    """What stands between the values of a cell; they are joined with commas."""


class Target(Config):
    """Where the label of a task stands."""

    column: str
    """Column of the label."""
    multi_label: bool = False
    """Whether a cell may hold several classes."""
    separator: str = "|"
    """What stands between the classes of a multi-label cell."""


class TableConfig(Config):
    """Which file, and which of its columns mean what. Empty cells are missing values."""

    path: str
    """The table (.csv, .tsv, .txt, .jsonl, .json, .parquet, .xlsx, .ods, .xls; .csv.gz); a relative path is also
    looked up in VBG_DATA."""
    id: str
    """Column of the record's id, unique in the table."""
    image: str | None = None
    """Column of the image: its path inside `images`, encoded bytes, or {bytes, path}. With braces a pattern of the
    path: `{object_id}.jpg`."""
    images: str = "."
    """Folder of the images, relative to the table's own. No path may leave it."""
    files: dict[str, str] = {}
    """Modality that a plugin offers -> column of its file, or a pattern of the path, as of `image`; also below
    `images`."""
    text: list[str] | dict[str, str | Text] = []
    """Columns of catalogue text, or text field -> column or `{column, separator}`."""
    targets: dict[str, str | Target] = {}
    """Task -> column of its label, or `{column, multi_label, separator}`."""
    labels: str | None = None
    """Label-mapping file (.yaml) with rules for more tasks; looked up like `path`."""
    metadata: list[str] = []
    """Columns of structured metadata; a cell written like a number is one."""
    decimal: Literal[".", ","] = "."
    """What stands before the decimals of a number that may be read in two ways, such as `1,234` or `1.234`."""
    group: str | None = None
    """Column of the object: all its records stay in one split."""
    split: str | None = None
    """Column of the source's own split."""
    split_values: dict[str, str] = {"val": "validation"}
    """The source's word -> train, validation or test, where they differ."""
    licence: str = ""
    """Licence of all images; used where `licence_column` is empty."""
    licence_column: str | None = None
    """Column of the image's licence."""
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    """What separates the cells of a CSV file; null = what a first line `sep=;` or the header and first rows tell."""
    encoding: str | None = None
    """Encoding of a text file, such as `utf-8`, `cp1252` or `mac_roman`; null = told from its bytes."""
    sheet: str | None = None
    """Sheet of a spreadsheet; null = the one with the most cells."""
    skip: Annotated[int, Field(ge=0)] = 0
    """Lines (rows of a sheet) above the header that are passed over."""

    @field_validator("files")
    @classmethod
    def _files_are_of_other_modalities(cls, files: dict[str, str]) -> dict[str, str]:
        for name in ("image", "text", "metadata"):
            if name in files:
                raise ValueError(f"`{name}` has an option of its own")
        return files

    @field_validator("encoding")
    @classmethod
    def _python_knows_the_encoding(cls, name: str | None) -> str | None:
        try:
            "".encode(name or "utf-8")
        except LookupError as error:
            raise ValueError(f"unknown encoding '{name}'; examples: utf-8, utf-16, cp1252, mac_roman, cp850") from error
        return name


TINY = {
    "path": str(Path(__file__).with_name("tiny.csv")),
    "id": "id",
    "text": ["title", "medium"],
    "targets": {"form": "form"},
    "metadata": ["year"],
    "group": "object",
}


def _modalities(config: TableConfig) -> list[str]:
    """What the records can have."""
    return [*(name for name in ("image", "text", "metadata") if getattr(config, name)), *config.files]


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Declare the data set."""
    return [
        Component("dataset", "table", TableConfig, "vbg_table.dataset:TableDataset", tiny=TINY, modalities=_modalities)
    ]
