"""The dataset `table`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from vbg_framework.data.table import Cells, Table
from vbg_framework.errors import VBGError, did_you_mean
from vbg_framework.paths import locate
from vbg_framework.record import Dataset, Record, Rejected, Task
from vbg_table import TableConfig, Target

NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d+)?")  # 007 is not one


class CellError(ValueError):
    """A cell that makes its row unusable; the message is the reason in words."""


class TableDataset(Dataset):
    """Reads a table row by row."""

    def __init__(self, config: TableConfig) -> None:
        super().__init__(config)
        self.path = locate(config.path, variable="VBG_DATA")
        if not self.path.is_file():
            raise VBGError(str(self.path), "is not a file", "Give the path of a table.")
        self.images = (self.path.parent / config.images).resolve()
        text = config.text
        self.text: Mapping[str, str] = text if isinstance(text, dict) else {column: column for column in text}
        self.targets = {
            task: target if isinstance(target, Target) else Target(column=target)
            for task, target in config.targets.items()
        }

    @property
    def tasks(self) -> tuple[Task, ...]:
        """One task per entry of `targets`."""
        return tuple(Task(name, target.multi_label) for name, target in self.targets.items())

    def sources(self) -> Iterable[Path]:
        """The table."""
        return (self.path,)

    def records(self) -> Iterator[Record | Rejected]:
        """Yield a record per row, in the order of the table."""
        table = Table(self.path, self.config.delimiter)
        columns = self._check_columns(table.columns())
        for row in table.rows(columns):
            yield row if isinstance(row, Rejected) else self._checked(*row)

    def _check_columns(self, known: list[str]) -> list[str]:
        """The mapped columns, each of which must be there exactly once."""
        config = self.config
        single = [config.id, config.image, config.group, config.split, config.licence_column]
        targets = [target.column for target in self.targets.values()]
        mapped = dict.fromkeys(filter(None, [*single, *self.text.values(), *targets, *config.metadata]))
        for column in mapped:
            if column not in known:
                raise VBGError(str(self.path), f"no column '{column}'", did_you_mean(column, known))
            if known.count(column) > 1:
                raise VBGError(str(self.path), f"column '{column}' is there more than once", "Rename one of them.")
        return list(mapped)

    def _checked(self, source: str, cells: Cells) -> Record | Rejected:
        try:
            return self._record(source, cells)
        except CellError as error:
            return Rejected(source, str(error))

    def _record(self, source: str, cells: Cells) -> Record:
        config = self.config
        split = _text(cells, config.split)
        return Record(
            id=_text(cells, config.id) or "",
            inputs=self._inputs(cells),
            targets={name: label for name, target in self.targets.items() if (label := _label(cells, target))},
            group=_text(cells, config.group) or "",
            split=config.split_values.get(split, split) if split else None,
            licence=_text(cells, config.licence_column) or config.licence,
            source=source,
        )

    def _inputs(self, cells: Cells) -> dict[str, Any]:
        inputs: dict[str, Any] = {}
        if path := _text(cells, self.config.image):
            inputs["image"] = self._inside(path)
        texts = {field: _text(cells, column) or "" for field, column in self.text.items()}
        values = {column: _value(cells, column) for column in self.config.metadata}
        if any(texts.values()):
            inputs["text"] = texts
        if any(value != "" for value in values.values()):
            inputs["metadata"] = values
        return inputs

    def _inside(self, path: str) -> Path:
        try:
            full = (self.images / path).resolve()
        except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a NUL byte
            raise CellError(f"image path cannot be followed, got {path!r}: {error}") from error
        if not full.is_relative_to(self.images):
            raise CellError(f"image path leaves its folder, got {path!r}")
        return full


def _label(cells: Cells, target: Target) -> str | list[str] | None:
    if not target.multi_label:
        return _text(cells, target.column)
    cell = cells[target.column]
    parts = cell if isinstance(cell, list) else (_text(cells, target.column) or "").split(target.separator)
    return [name for part in parts if (name := _plain(target.column, part))] or None


def _text(cells: Cells, column: str | None) -> str | None:
    return _plain(column, cells[column]) if column else None


def _value(cells: Cells, column: str) -> str | float:
    """A number where the cell is one or is written like one, otherwise its text; empty = missing."""
    text = _text(cells, column) or ""
    return float(text) if NUMBER.fullmatch(text) else text


def _plain(column: str | None, cell: Any) -> str | None:
    """A cell as text without white space around it; None = missing."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, date):
        cell = cell.isoformat()
    if not isinstance(cell, str | int | float):
        raise CellError(f"column '{column}' must hold text or numbers, got {type(cell).__name__}")
    return str(cell).strip() or None
