"""What a split is read from, one after the other: tables, tables beside pictures, and pictures in folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import datasets
import pyarrow.parquet as pq

from vbg_framework import Rejected, Skipped, VBGError
from vbg_framework.toolkit import CellError, Cells, Seen, Table, cell_text, did_you_mean, path_inside
from vbg_hub.classes import named

FILE_NAME = "file_name"
LABEL = "label"


class Part(Protocol):
    """Something that has rows.

    Attributes:
        name: of a file or a split, for messages.
        folder: the folder below which the pictures of its rows lie, resolved; None = rows hold them.
    """

    @property
    def name(self) -> str:
        """See the class."""

    @property
    def folder(self) -> Path | None:
        """See the class."""

    def find(self, names: Iterable[str], *, required: bool = True) -> Mapping[str, str]:
        """See `Table.find`."""

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[str, Cells] | Rejected | Skipped]:
        """Yield (where it stands, column -> cell) per row, and what is none."""


@dataclass(frozen=True)
class Rows:
    """The rows of a table.

    Args:
        name: of the file, below the whole folder.
        table: the file.
        folder: see `Part`.
        features: what the data set's card says of its columns; what the file itself says counts beside it.
    """

    name: str
    table: Table
    folder: Path
    features: datasets.Features = field(default_factory=datasets.Features)

    def find(self, names: Iterable[str], *, required: bool = True) -> Mapping[str, str]:
        """See `Table.find`."""
        return self.table.find(names, required=required)

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[str, Cells] | Rejected | Skipped]:
        """Yield the rows with the names of classes in place of their numbers."""
        places = self.find(columns, required=False)
        kinds = {**self._own(), **self.features}
        known = datasets.Features({name: kinds[place] for name, place in places.items() if place in kinds})
        for row in self.table.rows(columns):
            if isinstance(row, Rejected):
                yield replace(row, source=self._source(row.source))
            else:
                yield self._source(row[0]), named(row[1], known)

    def _own(self) -> Mapping[str, datasets.features.features.FeatureType]:
        """What `datasets` wrote into a Parquet file about its columns."""
        if self.table.path.suffix.lower() != ".parquet":
            return {}
        schema = pq.read_schema(self.table.path)
        return datasets.Features.from_arrow_schema(schema) if b"huggingface" in (schema.metadata or {}) else {}

    def _source(self, source: str) -> str:
        return (Path(self.name).parent / source).as_posix()


@dataclass(frozen=True)
class Metadata:
    """The rows of a table of metadata, which gives pictures below its own folder under `file_name`.

    Args:
        table: its rows.
        image: column under which the path of the picture is read.
        pictures: name -> file, those that the table should list.
    """

    table: Rows
    image: str
    pictures: Mapping[str, Path]

    @property
    def name(self) -> str:
        """That of the table."""
        return self.table.name

    @property
    def folder(self) -> Path:
        """That of the table."""
        return self.table.folder

    def find(self, names: Iterable[str], *, required: bool = True) -> Mapping[str, str]:
        """See `Table.find`."""
        return self.table.find(names, required=required)

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[str, Cells] | Rejected | Skipped]:
        """Yield the rows, then the pictures that none of them lists."""
        seen = Seen()
        for row in self.table.rows(columns):
            if isinstance(row, tuple):
                seen.add(self._path(row[1]))
            yield row
        for name, path in self.pictures.items():
            if seen.add(os.path.realpath(path)):
                yield Skipped(name, f"picture is not listed in {Path(self.name).name}")

    def _path(self, cells: Cells) -> str:
        try:
            return str(path_inside(self.folder, cell_text(self.image, cells.get(self.image)) or ""))
        except CellError:  # the row says so where its record is made
            return ""


@dataclass(frozen=True)
class PictureRows:
    """A row per picture: its path, and as `label` the name of the folder it lies in.

    Args:
        names: of the pictures, below the folder.
        folder: the whole.
        image: column under which the path is read.
    """

    names: Sequence[str]
    folder: Path
    image: str

    @property
    def name(self) -> str:
        """The folder."""
        return str(self.folder)

    def find(self, names: Iterable[str], *, required: bool = True) -> Mapping[str, str]:
        """See `Table.find`."""
        known = (self.image, LABEL)
        wanted = list(dict.fromkeys(names))
        for name in wanted if required else ():
            if name not in known:
                raise VBGError(self.name, f"no column '{name}'", did_you_mean(name, known))
        return {name: name for name in wanted if name in known}

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[str, Cells] | Rejected | Skipped]:
        """Yield them in order."""
        for name in self.names:
            cells = {self.image: name, LABEL: Path(name).parent.name}
            yield name, {column: cells[column] for column in columns}
