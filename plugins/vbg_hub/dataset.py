"""The dataset `hub`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import datasets
from datasets.exceptions import DatasetsError
from datasets.utils.file_utils import xopen

from vbg_framework.data.cells import CellError, cell_parts, cell_text, cell_value, path_inside
from vbg_framework.data.split_words import split_of
from vbg_framework.errors import VBGError, did_you_mean
from vbg_framework.paths import locate
from vbg_framework.record import SPLITS, Dataset, Record, Rejected, Task
from vbg_hub import HubConfig, Target

BUILDERS = ("arrow", "csv", "imagefolder", "json", "parquet", "text")
"""The formats that are read; some others of the library would unpickle or run what they read."""


class HubDataset(Dataset):
    """Streams a data set row by row; images stay encoded, and the core decodes them within its limits."""

    def __init__(self, config: HubConfig) -> None:
        super().__init__(config)
        self.folder = locate(config.path, variable="VBG_DATA").resolve() if config.path else None
        self.where = config.hub or str(self.folder)
        self.targets = {
            task: target if isinstance(target, Target) else Target(column=target)
            for task, target in config.targets.items()
        }

    @property
    def tasks(self) -> tuple[Task, ...]:
        """One task per entry of `targets`."""
        return tuple(Task(name, target.multi_label) for name, target in self.targets.items())

    def sources(self) -> Iterable[Path]:
        """The files of a local folder; a hub data set is told by its id and revision."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file()) if self.folder else ()

    def records(self) -> Iterator[Record | Rejected]:
        """Yield a record per row, split by split."""
        streams = self._streams()
        whole = len(streams) == 1  # a single split divides nothing
        for split in self.config.splits or streams:
            if split not in streams:
                raise VBGError(self.where, f"no split '{split}'", did_you_mean(split, streams))
            yield from self._read(split, streams[split], whole)

    def _streams(self) -> Mapping[str, datasets.IterableDataset]:
        with_network = {"revision": self.config.revision} if self.config.hub else {}
        try:
            name = self.config.hub or str(self.folder)
            builder = datasets.load_dataset_builder(name, self.config.subset, **with_network)
            kind = type(builder).__module__.rpartition(".")[2]
            if kind == "csv":  # as it is written: 007 is no number, and NA may be a word
                as_text = dict.fromkeys(self._mapped(), str)
                plain = {"converters": as_text, "keep_default_na": False}
                builder = datasets.load_dataset_builder(name, self.config.subset, **plain, **with_network)
            if kind not in BUILDERS:
                raise VBGError(self.where, f"holds files of the kind '{kind}'", f"Read are: {', '.join(BUILDERS)}.")
            return builder.as_streaming_dataset()
        except (OSError, ValueError, RuntimeError, DatasetsError) as error:
            first = str(error).partition("\n")[0].rstrip(".")
            raise VBGError(
                self.where, f"cannot be opened ({first})", "Check the id, the folder or the subset."
            ) from error

    def _read(self, split: str, stream: datasets.IterableDataset, whole: bool) -> Iterator[Record | Rejected]:
        features = stream.features or datasets.Features()
        stream = self._encoded(self._checked(stream), features)
        part = None if whole else split_of(split, self.config.split_values)
        rows = iter(stream)
        number = 0
        while True:
            try:
                row = next(rows, None)
            except Exception as error:  # the library's readers raise their own kinds for a damaged file
                yield Rejected(f"{split}:{number + 1}", f"split breaks off here, got {type(error).__name__}: {error}")
                return
            if row is None:
                return
            number += 1
            source = f"{split}:{number}"
            try:
                yield self._record(_named(row, features), part if part in SPLITS else None, f"{split}-{number}", source)
            except CellError as error:
                yield Rejected(source, str(error))

    def _checked(self, stream: datasets.IterableDataset) -> datasets.IterableDataset:
        """With the mapped columns only."""
        mapped, known = self._mapped(), stream.column_names
        for column in mapped:
            if known is not None and column not in known:
                raise VBGError(self.where, f"no column '{column}'", did_you_mean(column, known))
        return stream.select_columns(mapped)

    def _mapped(self) -> list[str]:
        config = self.config
        single = [config.id, config.image, config.group, config.licence_column]
        targets = [target.column for target in self.targets.values()]
        return list(dict.fromkeys(filter(None, [*single, *config.text, *targets, *config.metadata])))

    def _encoded(self, stream: datasets.IterableDataset, features: datasets.Features) -> datasets.IterableDataset:
        if self.config.image and isinstance(features.get(self.config.image), datasets.Image):
            return stream.cast_column(self.config.image, datasets.Image(decode=False))
        return stream

    def _record(self, row: Mapping[str, Any], split: str | None, number: str, source: str) -> Record:
        config = self.config
        texts = {column: ", ".join(cell_parts(column, row.get(column), None)) for column in config.text}
        values = {column: cell_value(column, row.get(column)) for column in config.metadata}
        inputs: dict[str, Any] = {"text": texts} if any(texts.values()) else {}
        inputs |= {"metadata": values} if any(value != "" for value in values.values()) else {}
        image = self._image(row.get(config.image)) if config.image else None
        labels = {task: _label(row, target) for task, target in self.targets.items()}
        return Record(
            id=(_value(row, config.id) or "") if config.id else number,
            inputs=inputs | ({} if image is None else {"image": image}),
            targets={task: label for task, label in labels.items() if label},
            group=_value(row, config.group) or "",
            split=split,
            licence=_value(row, config.licence_column) or config.licence,
            source=source,
        )

    def _image(self, cell: Any) -> bytes | Path | None:
        """The encoded image. A path is followed inside the local folder or the hub data set only."""
        content = cell.get("bytes") if isinstance(cell, Mapping) else cell if isinstance(cell, bytes) else None
        path = cell.get("path") if isinstance(cell, Mapping) else cell if isinstance(cell, str) else None
        if content or not path:
            return content or None
        if self.folder:
            return path_inside(self.folder, path)
        if not path.rpartition("::")[2].startswith(f"hf://datasets/{self.config.hub}@"):
            raise CellError(f"image path leaves the data set, got {path!r}")
        with xopen(path, "rb") as file:
            return file.read()


def _named(row: Mapping[str, Any], features: datasets.Features) -> dict[str, Any]:
    """The row with the names of classes in the place of their numbers."""
    named = dict(row)
    for column, value in row.items():
        feature = features.get(column)
        inner = getattr(feature, "feature", feature)
        if isinstance(inner, datasets.ClassLabel) and value is not None:
            named[column] = [_name(inner, n) for n in value] if isinstance(value, list) else _name(inner, value)
    return named


def _name(feature: datasets.ClassLabel, number: int) -> str | None:
    return feature.names[number] if 0 <= number < len(feature.names) else None  # -1 = without label


def _label(row: Mapping[str, Any], target: Target) -> str | list[str] | None:
    cell = row.get(target.column)
    return cell_parts(target.column, cell, None) or None if target.multi_label else cell_text(target.column, cell)


def _value(row: Mapping[str, Any], column: str | None) -> str | None:
    return cell_text(column, row.get(column)) if column else None
