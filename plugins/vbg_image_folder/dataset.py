"""The dataset `image_folder`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from vbg_framework.data.cells import CellError, cell_text, cell_value, path_inside
from vbg_framework.data.formats import SUFFIXES
from vbg_framework.data.table import Cells, Table
from vbg_framework.errors import VBGError, did_you_mean
from vbg_framework.paths import locate
from vbg_framework.record import Dataset, Record, Rejected, Task
from vbg_image_folder import SPLITS, ImageFolderConfig

TABLES = ("metadata.csv", "metadata.jsonl", "metadata.parquet")
FILE_NAME = "file_name"


class ImageFolder(Dataset):
    """Walks a folder in the order of the names, or reads its tables row by row."""

    def __init__(self, config: ImageFolderConfig) -> None:
        super().__init__(config)
        self.folder = locate(config.path, variable="VBG_DATA")
        if not self.folder.is_dir():
            raise VBGError(str(self.folder), "is not a folder", "Give the folder that holds the classes or the table.")
        self.folder = self.folder.resolve()
        self.parts = self._parts()
        self.tables = [table for part, _ in self.parts for name in TABLES if (table := part / name).is_file()]
        self._check_options()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Those of the table, or the one of the folders' names."""
        return tuple(Task(name) for name in self.config.targets or [self.config.task])

    def sources(self) -> Iterable[Path]:
        """The tables; without one the folders, whose time changes when a file comes or goes."""
        if self.tables:
            return self.tables
        return [part for part, _ in self.parts] + [folder for part, _ in self.parts for folder in _folders(part)]

    def records(self) -> Iterator[Record | Rejected]:
        """Yield a record per image: split by split, in the order of the names or of the table."""
        for part, split in self.parts:
            tables = [table for table in self.tables if table.parent == part]
            if tables:
                yield from self._described(tables[0], split)
            elif not self.tables:
                for folder in _folders(part):
                    yield from self._walk(folder, folder.name, split)

    def _parts(self) -> list[tuple[Path, str | None]]:
        """(folder, split): the folders of the splits if all folders are such, otherwise the whole."""
        folders = _folders(self.folder)
        has_table = any((self.folder / name).is_file() for name in TABLES)
        if folders and not has_table and all(folder.name.lower() in SPLITS for folder in folders):
            return [(folder, SPLITS[folder.name.lower()]) for folder in folders]
        return [(self.folder, None)]

    def _check_options(self) -> None:
        config, where = self.config, str(self.folder)
        for part, _ in self.parts:
            if sum(table.parent == part for table in self.tables) > 1:
                raise VBGError(str(part), "holds more than one table of metadata", f"Keep one of {', '.join(TABLES)}.")
        if self.tables and not config.targets:
            raise VBGError(str(self.tables[0]), "no column is named as label", "Give `targets: {task: column}`.")
        if not self.tables and (config.targets or config.text or config.metadata or config.group):
            raise VBGError(where, "has no table for the columns that are named", f"Add one of {', '.join(TABLES)}.")
        if not self.tables and not any(_folders(part) for part, _ in self.parts):
            raise VBGError(where, "holds neither folders nor a table", f"Add a folder per class, or {TABLES[0]}.")

    def _walk(self, folder: Path, label: str, split: str | None) -> Iterator[Record | Rejected]:
        """The images of a class, folders inside included; links are not followed to other folders."""
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(path, label, split)
            elif path.suffix.lower() in SUFFIXES:
                name = path.relative_to(self.folder).as_posix()
                try:
                    image = path_inside(self.folder, name)
                except CellError as error:
                    yield Rejected(name, str(error))
                    continue
                targets = {self.config.task: label}
                yield Record(name, {"image": image}, targets, split=split, licence=self.config.licence, source=name)

    def _described(self, path: Path, split: str | None) -> Iterator[Record | Rejected]:
        table, config = Table(path), self.config
        columns = [FILE_NAME, *config.targets.values(), *config.text, *config.metadata]
        columns = list(dict.fromkeys(columns + [name for name in (config.group, config.licence_column) if name]))
        known = table.columns()
        for column in columns:
            if column not in known:
                raise VBGError(str(path), f"no column '{column}'", did_you_mean(column, known))
        for row in table.rows(columns):
            if isinstance(row, Rejected):
                yield row
                continue
            source, cells = row
            try:
                yield self._record(path.parent, cells, split, source)
            except CellError as error:
                yield Rejected(source, str(error))

    def _record(self, folder: Path, cells: Cells, split: str | None, source: str) -> Record:
        config = self.config
        name = cell_text(FILE_NAME, cells[FILE_NAME])
        if name is None:
            raise CellError(f"{FILE_NAME} is empty")
        image = path_inside(folder, name)
        texts = {column: cell_text(column, cells[column]) or "" for column in config.text}
        values = {column: cell_value(column, cells[column]) for column in config.metadata}
        inputs: dict[str, Any] = {"image": image} | ({"text": texts} if any(texts.values()) else {})
        inputs |= {"metadata": values} if any(value != "" for value in values.values()) else {}
        labels = {task: cell_text(column, cells[column]) for task, column in config.targets.items()}
        return Record(
            id=(folder.relative_to(self.folder) / name).as_posix(),
            inputs=inputs,
            targets={task: label for task, label in labels.items() if label},
            group=(cell_text(config.group, cells[config.group]) or "") if config.group else "",
            split=split,
            licence=(config.licence_column and cell_text(config.licence_column, cells[config.licence_column]))
            or config.licence,
            source=source if split is None else f"{folder.name}/{source}",
        )


def _folders(folder: Path) -> list[Path]:
    """The folders in a folder, by name; hidden ones and links left out."""
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    return [Path(e.path) for e in entries if e.is_dir(follow_symlinks=False) and not e.name.startswith(".")]
