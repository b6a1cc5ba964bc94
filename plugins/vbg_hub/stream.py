"""Rows that `datasets` reads: those of the hub, of Arrow files and of plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import datasets
from datasets.utils.file_utils import xopen

from vbg_framework import Rejected, Skipped, VBGError
from vbg_framework.toolkit import CellError, Cells, did_you_mean
from vbg_hub.classes import named


@dataclass(frozen=True)
class Stream:
    """One split; images stay encoded.

    Args:
        name: of the split.
        stream: its rows.
        where: the hub data set or the folder, for messages.
        folder: the local folder; None = the split is on the hub, and paths of images are followed there only.
    """

    name: str
    stream: datasets.IterableDataset
    where: str
    folder: Path | None

    def find(self, names: Iterable[str], *, required: bool = True) -> Mapping[str, str]:
        """See `Table.find`; spellings count as they are."""
        wanted, known = list(dict.fromkeys(names)), self.stream.column_names
        if known is None:
            return {name: name for name in wanted}
        for name in wanted if required else ():
            if name not in known:
                raise VBGError(self.where, f"no column '{name}'", did_you_mean(name, known))
        return {name: name for name in wanted if name in known}

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[str, Cells] | Rejected | Skipped]:
        """Yield the rows; a file that cannot be read on ends the split."""
        features = self.stream.features or datasets.Features()
        rows = iter(self._encoded(self.stream.select_columns(list(columns)), features))
        number = 0
        while True:
            number += 1
            source = f"{self.name}:{number}"
            try:
                row = next(rows, None)
            except Exception as error:  # the library's readers raise their own kinds for a damaged file
                yield Rejected(source, f"split breaks off here, got {type(error).__name__}: {error}")
                return
            if row is None:
                return
            yield self._row(source, dict.fromkeys(columns) | named(row, features))

    def _encoded(self, stream: datasets.IterableDataset, features: datasets.Features) -> datasets.IterableDataset:
        for column in stream.column_names or ():
            if isinstance(features.get(column), datasets.Image):
                stream = stream.cast_column(column, datasets.Image(decode=False))
        return stream

    def _row(self, source: str, row: Cells) -> tuple[str, Cells] | Rejected:
        try:
            return source, {column: self._fetched(cell) for column, cell in row.items()}
        except CellError as error:
            return Rejected(source, str(error))

    def _fetched(self, cell: Any) -> Any:
        """An image of the hub that is given by its path."""
        path = cell.get("path") if isinstance(cell, Mapping) and not cell.get("bytes") else None
        if self.folder or not path:
            return cell
        if not path.rpartition("::")[2].startswith(f"hf://datasets/{self.where}@"):
            raise CellError(f"image path leaves the data set, got {path!r}")
        with xopen(path, "rb") as file:
            return file.read()
