"""A folder of images to predict: with or without a table, with or without folders of classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from vbg_framework import Dataset, Record, Rejected, Skipped, Task, VBGError
from vbg_framework.toolkit import CellError, cell_text, path_inside, unread, walk
from vbg_image_folder import ImageFolderConfig
from vbg_image_folder.layout import subfolders, table_in
from vbg_image_folder.listing import Listed, Listing


class Unlabelled(Dataset):
    """Reads every image below a folder; its id is its path, as in training. Folders mean nothing.

    Args:
        config: the options of the training data. If they name columns, tables in the folder and in the folders
            directly below are read as in training.
        folder: the folder.
        columns: see `Listing`.

    Raises:
        VBGError: columns are named and there is no table, or one of them is not there.
    """

    def __init__(self, config: ImageFolderConfig, folder: Path, columns: Mapping[str, str]) -> None:
        super().__init__(config)
        self.folder, self.columns = folder.resolve(), columns
        self.tables = _tables(self.folder) if config.targets or config.text or config.metadata else []
        if columns and not self.tables:
            raise VBGError(str(folder), "holds no table whose columns could be named", "Leave --column out.")

    @property
    def tasks(self) -> tuple[Task, ...]:
        """None."""
        return ()

    def records(self) -> Iterator[Record | Rejected | Skipped]:
        """Yield a record per row, and one per image that no row gives."""
        listings = [Listing(table, self.folder, self.config, self.columns) for table in self.tables]
        for listing in listings:
            for row in listing.rows():
                yield row if isinstance(row, Rejected) else self._described(row)
        for path in walk(self.folder):
            if path not in self.tables and not any(listing.lists(path) for listing in listings):
                yield self._found(path)

    def _described(self, row: Listed) -> Record | Rejected:
        try:
            identity = cell_text("id", row.cells["id"]) if "id" in self.columns else None
        except CellError as error:
            return Rejected(row.source, str(error), row.name)
        return Record(identity or row.name or row.source, row.inputs, source=row.source)

    def _found(self, path: Path) -> Record | Rejected | Skipped:
        name = path.relative_to(self.folder).as_posix()
        if reason := unread(path):
            return Skipped(name, reason)
        try:
            return Record(name, {"image": path_inside(self.folder, name)}, source=name)
        except CellError as error:
            return Rejected(name, str(error), name)


def _tables(folder: Path) -> list[Path]:
    """The table in a folder; without one, those in the folders directly below."""
    if root := table_in(folder):
        return [root]
    return [table for below in subfolders(folder) if (table := table_in(below))]
