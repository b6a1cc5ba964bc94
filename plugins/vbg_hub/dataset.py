"""The dataset `hub`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vbg_framework import SPLITS, Dataset, Record, Rejected, Skipped, Task, VBGError
from vbg_framework.paths import locate
from vbg_framework.toolkit import (
    CellError,
    Cells,
    Described,
    Pictures,
    cell_parts,
    cell_text,
    did_you_mean,
    readable_labels,
    split_of,
    unread,
    walk,
)
from vbg_hub import HubConfig, Target
from vbg_hub.layout import METADATA, kind_of
from vbg_hub.parts import Part
from vbg_hub.source import Source, hub_source, local_source


class HubDataset(Dataset):
    """Reads a data set row by row; images stay encoded, and the core decodes them within its limits."""

    required = True
    """Whether every mapped column must be there."""
    renamed: Mapping[str, str] = {}
    """Column of a local table -> the column it stands for."""

    def __init__(self, config: HubConfig) -> None:
        super().__init__(config)
        self.path = locate(config.path, variable="VBG_DATA").resolve() if config.path else None
        self.where = config.hub or str(self.path)
        self.described = Described({column: (column, None) for column in config.text}, config.metadata)
        self.targets = {
            task: target if isinstance(target, Target) else Target(column=target)
            for task, target in config.targets.items()
        }

    @classmethod
    def unlabelled(cls, config: HubConfig, source: Path, columns: Mapping[str, str]) -> Dataset | None:
        """A folder in a layout that is read, or one table: the same columns mean the same, all splits are read."""
        return cls.partly_labelled(config, source, columns, ())

    @classmethod
    def partly_labelled(
        cls, config: HubConfig, source: Path, columns: Mapping[str, str], tasks: Sequence[str]
    ) -> Dataset | None:
        """The same, with the labels of some tasks."""
        folder = source.parent if source.name in METADATA else source
        files = walk(folder) if folder.is_dir() else [folder]
        if not any(kind_of(file) or (config.image and unread(file) is None) for file in files):
            return None
        nothing: dict[str, Any] = {
            "hub": None,
            "revision": None,
            "splits": [],
            "targets": {name: target for name, target in config.targets.items() if name in tasks},
            "group": None,
            "licence_column": None,
        }
        named = {field: getattr(config, field) or (field if field in columns else None) for field in ("id", "image")}
        new = cls(config.model_copy(update={**nothing, **named, "path": str(folder.absolute())}))
        new.required = False
        new.renamed = {column: getattr(new.config, field, None) or field for field, column in columns.items()}
        return new

    @property
    def tasks(self) -> tuple[Task, ...]:
        """One task per entry of `targets`."""
        return tuple(Task(name, target.multi_label) for name, target in self.targets.items())

    def sources(self) -> Iterable[Path]:
        """The files of a local folder; a hub data set is told by its id and revision."""
        if self.path is None or self.path.is_file():
            return [self.path] if self.path else []
        return sorted(path for path in self.path.rglob("*") if path.is_file())

    def records(self) -> Iterator[Record | Rejected | Skipped]:
        """Yield a record per row, split by split, and account for the files that are in none."""
        source = self._source()
        chosen = self.config.splits or source.splits
        for split in chosen:
            if split not in source.splits:
                raise VBGError(self.where, f"no split '{split}'", did_you_mean(split, source.splits))
            yield from self._read(split, source.splits[split], whole=len(source.splits) == 1)
        for split, parts in source.splits.items():
            if split not in chosen:
                yield from (Skipped(part.name, "split is not one of `splits`") for part in parts)
        yield from source.skipped

    def _source(self) -> Source:
        config = self.config
        if self.path is None:
            return hub_source(config, self._mapped())
        return local_source(self.path, config.subset, config.image or "image", self.renamed)

    def _read(self, split: str, parts: Iterable[Part], *, whole: bool) -> Iterator[Record | Rejected | Skipped]:
        """The rows of a split; a single split divides nothing."""
        part_of = None if whole or not self.required else split_of(split, self.config.split_values)
        number = 0
        for part in parts:
            pictures = self._pictures(part)
            for row in part.rows(self._columns(part)):
                number += not isinstance(row, Skipped)
                if isinstance(row, tuple):
                    yield self._checked(row, f"{split}-{number}", part_of if part_of in SPLITS else None, pictures)
                else:
                    yield row

    def _columns(self, part: Part) -> list[str]:
        results = list(part.find(self._mapped(), required=self.required))
        if not self.required and not {*results} - {self.config.id}:
            read = ", ".join(filter(None, [self.config.image, *self.described.columns]))
            raise VBGError(part.name, f"no column for any of {read}", "Name them: --column FIELD=COLUMN.")
        return results

    def _mapped(self) -> list[str]:
        config = self.config
        single = [config.id, config.image, config.group, config.licence_column]
        targets = [target.column for target in self.targets.values()]
        return list(dict.fromkeys(filter(None, [*single, *self.described.columns, *targets])))

    def _pictures(self, part: Part) -> Pictures:
        folder = part.folder or Path()
        return Pictures(folder, column=self.config.image or "")

    def _checked(self, row: tuple[str, Cells], number: str, split: str | None, pictures: Pictures) -> Record | Rejected:
        source, cells = row
        try:
            return self._record(source, cells, number, split, pictures)
        except CellError as error:
            return Rejected(source, str(error), str(cells.get(self.config.id or "") or ""))

    def _record(self, source: str, cells: Cells, number: str, split: str | None, pictures: Pictures) -> Record:
        config = self.config
        if self.required:
            labels = {task: _label(cells, target) for task, target in self.targets.items()}
        else:
            labels = readable_labels(cells, self.targets, _label)
        identity = (_value(cells, config.id) or ("" if self.required else source)) if config.id else number
        return Record(
            id=identity,
            inputs=self.described(cells) | pictures(cells),
            targets={task: label for task, label in labels.items() if label},
            group=_value(cells, config.group) or "",
            split=split,
            licence=_value(cells, config.licence_column) or config.licence,
            source=source,
        )


def _label(cells: Cells, target: Target) -> str | list[str] | None:
    cell = cells.get(target.column)
    return cell_parts(target.column, cell, None) or None if target.multi_label else cell_text(target.column, cell)


def _value(cells: Cells, column: str | None) -> str | None:
    return cell_text(column, cells.get(column)) if column else None
