"""The dataset `table`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vbg_framework.data.cells import CellError, cell_parts, cell_text, cell_value, path_inside
from vbg_framework.data.labels import LabelledDataset, LabelRules
from vbg_framework.data.table import Cells, Table
from vbg_framework.errors import VBGError
from vbg_framework.paths import locate
from vbg_framework.record import Record, Rejected
from vbg_table import TableConfig, Target, Text

BRACES = re.compile(r"\{([^{}]+)\}")


class TableDataset(LabelledDataset):
    """Reads a table row by row."""

    def __init__(self, config: TableConfig) -> None:
        super().__init__(config)
        self.path = locate(config.path, variable="VBG_DATA")
        if not self.path.is_file():
            raise VBGError(str(self.path), "is not a file", "Give the path of a table.")
        self.images = (self.path.parent / config.images).resolve()
        text = config.text
        self.text: Mapping[str, str | Text] = text if isinstance(text, dict) else {column: column for column in text}
        self.targets = {
            task: target if isinstance(target, Target) else Target(column=target)
            for task, target in config.targets.items()
        }
        self.rules = LabelRules(locate(config.labels, variable="VBG_DATA")) if config.labels else None
        if self.rules:
            self.rules.check_tasks(self.targets)

    def records(self) -> Iterator[Record | Rejected]:
        """Yield a record per row, in the order of the table."""
        table = Table(self.path, self.config.delimiter)
        columns = list(table.find(self._mapped()))
        for row in table.rows(columns):
            yield row if isinstance(row, Rejected) else self._checked(*row)

    def _mapped(self) -> Iterator[str]:
        config = self.config
        image = config.image or ""
        yield config.id
        yield from BRACES.findall(image) or filter(None, [image])
        yield from filter(None, [config.group, config.split, config.licence_column])
        yield from (text.column if isinstance(text, Text) else text for text in self.text.values())
        yield from (target.column for target in self.targets.values())
        yield from config.metadata
        yield from self.rules.fields if self.rules else ()

    def _checked(self, source: str, cells: Cells) -> Record | Rejected:
        try:
            return self._record(source, cells)
        except CellError as error:
            return Rejected(source, str(error))

    def _record(self, source: str, cells: Cells) -> Record:
        config = self.config
        split = _text(cells, config.split)
        targets = {name: label for name, target in self.targets.items() if (label := _label(cells, target))}
        return Record(
            id=_text(cells, config.id) or "",
            inputs=self._inputs(cells),
            targets=targets | (self.rules(cells) if self.rules else {}),
            group=_text(cells, config.group) or "",
            split=config.split_values.get(split, split) if split else None,
            licence=_text(cells, config.licence_column) or config.licence,
            source=source,
        )

    def _inputs(self, cells: Cells) -> dict[str, Any]:
        inputs: dict[str, Any] = {}
        if image := self._image(cells):
            inputs["image"] = image
        texts = {field: _joined(cells, text) for field, text in self.text.items()}
        values = {column: cell_value(column, cells[column]) for column in self.config.metadata}
        if any(texts.values()):
            inputs["text"] = texts
        if any(value != "" for value in values.values()):
            inputs["metadata"] = values
        return inputs

    def _image(self, cells: Cells) -> Path | bytes | None:
        """The image's bytes, or its path inside its folder."""
        pattern = self.config.image
        if not pattern or BRACES.search(pattern):
            path = self._filled(pattern, cells) if pattern else None
        else:
            cell = cells[pattern]
            if isinstance(cell, dict):  # {bytes, path}, as `datasets` stores images
                cell = cell.get("bytes") or cell.get("path")
            if isinstance(cell, bytes):
                return cell or None
            path = cell_text(pattern, cell)
        return path_inside(self.images, path) if path else None

    def _filled(self, pattern: str, cells: Cells) -> str | None:
        """The pattern with the cells in the place of the braces; None if one of them is empty."""
        values = {column: _text(cells, column) or "" for column in BRACES.findall(pattern)}
        return BRACES.sub(lambda found: values[found[1]], pattern) if all(values.values()) else None


def _label(cells: Cells, target: Target) -> str | list[str] | None:
    cell = cells[target.column]
    if not target.multi_label:
        return cell_text(target.column, cell)
    return cell_parts(target.column, cell, target.separator) or None


def _joined(cells: Cells, text: str | Text) -> str:
    """The values of a text cell, with commas between them."""
    column, separator = (text.column, text.separator) if isinstance(text, Text) else (text, None)
    return ", ".join(cell_parts(column, cells[column], separator))


def _text(cells: Cells, column: str | None) -> str | None:
    return cell_text(column, cells[column]) if column else None
