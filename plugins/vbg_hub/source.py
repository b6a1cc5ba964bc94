"""From the options to what every split is read from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import datasets
from datasets.exceptions import DatasetsError

from vbg_framework import Skipped, VBGError
from vbg_framework.toolkit import Table
from vbg_hub import HubConfig
from vbg_hub.layout import METADATA, PICTURES, TABLES, Layout, word_in
from vbg_hub.parts import FILE_NAME, Metadata, Part, PictureRows, Rows
from vbg_hub.stream import Stream

BUILDERS = ("arrow", "csv", "imagefolder", "json", "parquet", "text")
"""The formats that are read; some others of the library would unpickle or run what they read."""
OPTIONS = {*(field.name for field in dataclasses.fields(datasets.BuilderConfig)), "sep", "delimiter", "features"}
"""What a data set's card may say of its files."""


class Source(NamedTuple):
    """A data set.

    Args:
        splits: split -> what it is read from, in order.
        skipped: the files of no split.
    """

    splits: Mapping[str, Sequence[Part]]
    skipped: Sequence[Skipped] = ()


def hub_source(config: HubConfig, columns: Sequence[str]) -> Source:
    """A data set on the hub.

    Args:
        config: the options.
        columns: those that are read.

    Raises:
        VBGError: it cannot be opened, or is of a kind that is not read.
    """
    name, options = str(config.hub), {"revision": config.revision}
    builder = _builder(name, name, config.subset, **options)
    if _kind(name, builder) == "csv":  # as it is written: 007 is no number, and NA may be a word
        plain = {"converters": dict.fromkeys(columns, str), "keep_default_na": False}
        builder = _builder(name, name, config.subset, **plain, **options)
    return Source(_streams(name, builder, None))


def local_source(path: Path, subset: str | None, image: str, renamed: Mapping[str, str]) -> Source:
    """A folder, or one table.

    Args:
        path: the folder or file, resolved.
        subset: configuration of a data set that has several.
        image: column of the pictures.
        renamed: column of a table -> the column it stands for.

    Raises:
        VBGError: it cannot be opened, or is of a kind that is not read.
    """
    if path.is_file():
        table = Rows(path.name, Table(path, renamed=renamed), path.parent)
        return Source({word_in(path.stem) or "train": [table]})
    builder = _builder(str(path), str(path), subset)
    kind = _kind(str(path), builder)
    layout = Layout(path, kind, builder.config.data_files or {})
    if not layout.splits:
        raise VBGError(str(path), "holds no file that is read", f"Read are: {', '.join(BUILDERS)}.")
    if layout.kind == PICTURES:
        parts = {split: _pictures(layout, files, image, renamed) for split, files in layout.splits.items()}
        return Source(parts, layout.skipped)
    if layout.kind in TABLES:
        return Source(_tables(layout, builder if layout.kind == kind else None, renamed), layout.skipped)
    named = {split: [str(file) for file in files] for split, files in layout.splits.items()}
    return Source(_streams(str(path), _builder(str(path), kind, data_files=named), path), layout.skipped)


def _builder(where: str, name: str, subset: str | None = None, **options: Any) -> datasets.DatasetBuilder:
    try:
        return datasets.load_dataset_builder(name, subset, **options)
    except (OSError, ValueError, RuntimeError, DatasetsError) as error:
        first = str(error).partition("\n")[0].rstrip(".")
        raise VBGError(where, f"cannot be opened ({first})", "Check the id, the folder or the subset.") from error


def _kind(where: str, builder: datasets.DatasetBuilder) -> str:
    kind = type(builder).__module__.rpartition(".")[2]
    if kind not in BUILDERS:
        raise VBGError(where, f"holds files of the kind '{kind}'", f"Read are: {', '.join(BUILDERS)}.")
    return kind


def _streams(where: str, builder: datasets.DatasetBuilder, folder: Path | None) -> dict[str, list[Part]]:
    try:
        streams = builder.as_streaming_dataset()
    except (OSError, ValueError, RuntimeError, DatasetsError) as error:
        raise VBGError(where, f"cannot be opened ({error})", "Check the id, the folder or the subset.") from error
    return {str(split): [Stream(str(split), stream, where, folder)] for split, stream in streams.items()}


def _tables(
    layout: Layout, builder: datasets.DatasetBuilder | None, renamed: Mapping[str, str]
) -> dict[str, list[Part]]:
    """The tables of every split; the data set's card may name the delimiter and the classes."""
    delimiter = _delimiter(builder.config, str(layout.folder)) if builder else None
    features = (builder and builder.info.features) or datasets.Features()

    def rows(file: Path) -> Rows:
        return Rows(layout.below(file), Table(file, delimiter, renamed), layout.folder, features)

    return {split: [rows(file) for file in files] for split, files in layout.splits.items()}


def _delimiter(config: datasets.BuilderConfig, where: str) -> str | None:
    """What the card says separates cells; None = what is usual.

    Raises:
        VBGError: the card says more about how its files are written.
    """
    usual = type(config)()
    for field in {field.name for field in dataclasses.fields(usual)} - OPTIONS:
        if (value := getattr(config, field)) != getattr(usual, field):
            what = f"the option '{field}' of its card is not read, got {value!r}"
            raise VBGError(where, what, "Write the files as the option says, and leave it out.")
    delimiter = getattr(config, "sep", ",")
    return None if delimiter in ",\t" else delimiter


def _pictures(layout: Layout, files: Sequence[Path], image: str, renamed: Mapping[str, str]) -> list[Part]:
    """The tables of metadata with the pictures below them; without any, the pictures in their folders."""
    tables = [file for file in files if file.name in METADATA]
    names = {layout.below(file): file for file in files if file not in tables}
    if not tables:
        return [PictureRows(list(names), layout.folder, image)]
    if image not in renamed.values():
        renamed = {**renamed, FILE_NAME: image}
    parts: list[Part] = []
    for table in tables:
        own = {name: file for name, file in names.items() if _nearest(file, tables) == table}
        rows = Rows(layout.below(table), Table(table, renamed=renamed), table.parent.resolve())
        parts.append(Metadata(rows, image, own))
    return parts


def _nearest(file: Path, tables: Sequence[Path]) -> Path:
    """The table in whose folder a picture lies; the first one if it lies in none."""
    around = [table for table in tables if file.is_relative_to(table.parent)]
    return max(around, key=lambda table: len(table.parts), default=tables[0])
