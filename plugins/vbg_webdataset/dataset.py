"""The dataset `webdataset`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from vbg_framework import Dataset, Record, Rejected, Skipped, Task, VBGError
from vbg_framework.paths import locate
from vbg_framework.toolkit import CellError, cell_text, is_system, split_of
from vbg_webdataset import WebDatasetConfig
from vbg_webdataset.content import Content, decoded, needed, read_row
from vbg_webdataset.prediction import Unlabelled
from vbg_webdataset.samples import Sample, samples
from vbg_webdataset.shard import SHARD, members

DIGITS = 20  # of the number of a class


class WebDataset(Dataset):
    """Reads shards from front to back, one sample in memory; nothing is unpacked to disk."""

    def __init__(self, config: WebDatasetConfig) -> None:
        super().__init__(config)
        self.shards = _shards(config.path)
        self.content = Content(config, {})

    @classmethod
    def unlabelled(cls, config: WebDatasetConfig, source: Path, columns: Mapping[str, str]) -> Dataset | None:
        """A shard or a folder of them."""
        shards = _inside(source) if source.is_dir() else [source] if SHARD.search(source.name) else []
        if shards and "image" in columns:
            raise VBGError("--column image", "a shard has no column of images", "Leave it out.")
        return Unlabelled(config, shards, columns) if shards else None

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The mapped keys, and the class file's task."""
        named = tuple(Task(name) for name in self.config.targets)
        return named + ((Task(self.config.cls, classes=tuple(self.config.classes)),) if self.config.cls else ())

    def sources(self) -> Iterable[Path]:
        """The shards."""
        return self.shards

    def records(self) -> Iterator[Record | Rejected | Skipped]:
        """Yield a record per picture, or per description without one, in the order of the shards' names."""
        for shard in self.shards:
            for result in samples(members(shard), needed(self.config)):
                yield self._record(shard, result) if isinstance(result, Sample) else result

    def _record(self, shard: Path, sample: Sample) -> Record | Rejected:
        config, source = self.config, f"{shard.name}:{sample.id}"
        if sample.doubt:
            return Rejected(source, sample.doubt, sample.id)
        try:
            row = read_row(sample)
            return Record(
                id=sample.id,
                inputs=self.content(sample, row),
                targets=self._targets(row, sample.notes),
                group=_value(row, config.group) or (sample.key if sample.views > 1 else ""),
                split=split_of(_value(row, config.split), config.split_values),
                licence=_value(row, config.licence_key) or config.licence,
                source=source,
            )
        except CellError as error:
            return Rejected(source, str(error), sample.id)

    def _targets(self, row: Mapping[str, Any], notes: Mapping[str, bytes]) -> dict[str, str]:
        labels = {task: _value(row, field) for task, field in self.config.targets.items()}
        if self.config.cls and "cls" in notes:
            labels[self.config.cls] = self._class(decoded("cls", notes["cls"]).strip())
        return {task: label for task, label in labels.items() if label}

    def _class(self, word: str) -> str:
        if not self.config.classes or not word.isdecimal():
            return word
        if len(word) > DIGITS or int(word) >= len(self.config.classes):
            raise CellError(f"class number is too large for `classes`, got {word[:DIGITS]}")
        return self.config.classes[int(word)]


def _shards(path: str) -> list[Path]:
    if "*" in path:
        folder = locate(str(Path(path).parent), variable="VBG_DATA")
        results = sorted(folder.glob(Path(path).name))
    else:
        named = locate(path, variable="VBG_DATA")
        results = _inside(named) if named.is_dir() else [named]
    if not results:
        raise VBGError(path, "there is no shard (.tar, .tar.gz, .tgz)", "Check the folder or the pattern.")
    return results


def _inside(folder: Path) -> list[Path]:
    """The shards in a folder, by name."""
    return sorted(file for file in folder.iterdir() if SHARD.search(file.name) and not is_system(file.name))


def _value(row: Mapping[str, Any], key: str | None) -> str | None:
    return cell_text(key, row.get(key)) if key else None
