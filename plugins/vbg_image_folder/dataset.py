"""The dataset `image_folder`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from vbg_framework import Dataset, Record, Rejected, Skipped, Task, VBGError
from vbg_framework.paths import locate
from vbg_framework.toolkit import CellError, cell_text, path_inside, unread, walk
from vbg_image_folder import ImageFolderConfig
from vbg_image_folder.layout import TABLES, Layout, every_folder
from vbg_image_folder.listing import FILE_NAME, Listed, Listing
from vbg_image_folder.prediction import Unlabelled


class ImageFolder(Dataset):
    """Walks a folder in the order of the names, or reads its tables row by row."""

    def __init__(self, config: ImageFolderConfig) -> None:
        super().__init__(config)
        folder = locate(config.path, variable="VBG_DATA")
        if not folder.is_dir():
            raise VBGError(str(folder), "is not a folder", "Give the folder that holds the classes or the table.")
        self.folder = folder.resolve()
        self.layout = Layout(self.folder)
        self._check_options()

    @classmethod
    def unlabelled(cls, config: ImageFolderConfig, source: Path, columns: Mapping[str, str]) -> Dataset | None:
        """A folder, or the table of metadata in it."""
        folder = source.parent if source.name in TABLES and source.is_file() else source
        return Unlabelled(config, folder, columns) if folder.is_dir() else None

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Those of the table, or the one of the folders' names."""
        return tuple(Task(name) for name in self.config.targets or [self.config.task])

    def sources(self) -> Iterable[Path]:
        """The tables and every folder, whose time changes when a file comes or goes."""
        return [*self.layout.tables, *every_folder(self.folder)]

    def records(self) -> Iterator[Record | Rejected | Skipped]:
        """Yield a record per row of the tables or per image in a class, and account for every other file."""
        listings = []
        for table, split in self.layout.tables.items():
            listings.append(listing := Listing(table, self.folder, self.config))
            for row in listing.rows():
                yield row if isinstance(row, Rejected) else self._described(row, split)
        for path in walk(self.folder):
            if path not in self.layout.tables and not any(listing.lists(path) for listing in listings):
                yield self._found(path)

    def _check_options(self) -> None:
        config, tables, where = self.config, [*self.layout.tables], str(self.folder)
        if tables and not config.targets:
            raise VBGError(str(tables[0]), "no column is named as label", "Give `targets: {task: column}`.")
        if not tables and (config.targets or config.text or config.metadata or config.group):
            raise VBGError(where, "has no table for the columns that are named", f"Add one of {', '.join(TABLES)}.")
        if not tables and not self.layout.has_classes:
            raise VBGError(where, "holds neither folders nor a table", f"Add a folder per class, or {TABLES[0]}.")

    def _found(self, path: Path) -> Record | Rejected | Skipped:
        """What becomes of a file that no table lists."""
        name = path.relative_to(self.folder).as_posix()
        if reason := unread(path):
            return Skipped(name, reason)
        if self.layout.tables:
            return Skipped(name, f"picture is not listed in {next(iter(self.layout.tables)).name}")
        place = self.layout.place(path)
        if isinstance(place, str):
            return Skipped(name, place)
        try:
            inputs, targets = {"image": path_inside(self.folder, name)}, {self.config.task: place.label}
        except CellError as error:
            return Rejected(name, str(error), name)
        return Record(name, inputs, targets, split=place.split, licence=self.config.licence, source=name)

    def _described(self, row: Listed, split: str | None) -> Record | Rejected:
        config, cells = self.config, row.cells
        if not row.name:
            return Rejected(row.source, f"{FILE_NAME} is empty")
        try:
            labels = {task: cell_text(column, cells[column]) for task, column in config.targets.items()}
            return Record(
                id=row.name,
                inputs=row.inputs,
                targets={task: label for task, label in labels.items() if label},
                group=(cell_text(config.group, cells[config.group]) or "") if config.group else "",
                split=split,
                licence=(config.licence_column and cell_text(config.licence_column, cells[config.licence_column]))
                or config.licence,
                source=row.source,
            )
        except CellError as error:
            return Rejected(row.source, str(error), row.name)
