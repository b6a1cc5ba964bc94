"""The dataset `table`."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vbg_framework import Record, Rejected, VBGError
from vbg_framework.paths import locate
from vbg_framework.toolkit import (
    BRACES,
    CellError,
    Cells,
    Described,
    LabelledDataset,
    LabelRules,
    Pictures,
    Table,
    cell_parts,
    cell_text,
    readable_labels,
    split_of,
)
from vbg_table import TableConfig, Target, Text

TOTALS = {"total", "totals", "grand total", "sum", "summe", "gesamt", "gesamtsumme", "total général", "somme", "totale"}
TOTALS |= {"total general", "suma", "totaal", "razem", "celkem", "итого", "всего", "合計", "总计"}
"""What stands in the place of an id in a row that adds up the others, in lower case."""


class TableDataset(LabelledDataset):
    """Reads a table row by row."""

    required = True
    """Whether every mapped column must be there."""
    asked: Collection[str] | None = None
    """The tasks whose labels are read; None = all, and each must be readable."""

    def __init__(self, config: TableConfig) -> None:
        super().__init__(config)
        self.path = locate(config.path, variable="VBG_DATA")
        if not self.path.is_file():
            raise VBGError(str(self.path), "is not a file", "Give the path of a table.")
        folder = Path(os.path.realpath(self.path.parent / config.images))
        places = {"image": config.image or "", **config.files}
        self.files = [Pictures(folder, *_given(place), finds=_any, modality=name) for name, place in places.items()]
        text = config.text
        columns = text if isinstance(text, dict) else {column: column for column in text}
        fields = {field: _place(place) for field, place in columns.items()}
        self.described = Described(fields, config.metadata, config.decimal)
        self.table = self._table({})
        self.targets = {
            task: target if isinstance(target, Target) else Target(column=target)
            for task, target in config.targets.items()
        }
        self.rules = LabelRules(locate(config.labels, variable="VBG_DATA")) if config.labels else None
        if self.rules:
            self.rules.check_tasks(self.targets)

    @classmethod
    def unlabelled(cls, config: TableConfig, source: Path, columns: Mapping[str, str]) -> TableDataset | None:
        """Another table: the same columns mean the same; labels, groups, splits and licences are not looked at.

        Raises:
            VBGError: none of the columns that a model could read is there.
        """
        return cls.partly_labelled(config, source, columns, ())

    @classmethod
    def partly_labelled(
        cls, config: TableConfig, source: Path, columns: Mapping[str, str], tasks: Sequence[str]
    ) -> TableDataset | None:
        """The same with the labels of some tasks, read from the columns they stood in."""
        if not source.is_file():
            return None
        nothing: dict[str, Any] = {"group": None, "split": None, "licence_column": None}
        nothing["targets"] = {name: target for name, target in config.targets.items() if name in tasks}
        nothing["labels"] = config.labels if {*tasks} - {*config.targets} else None
        new = cls(config.model_copy(update={**nothing, "path": str(source.absolute())}))
        new.required, new.asked = False, tasks
        new.table = new._table({column: new.column(field) for field, column in columns.items()})
        return new

    def column(self, field: str) -> str:
        """The column where `id`, `image`, another modality, a text or metadata field or a label stands."""
        named = {name: target.column for name, target in self.targets.items()}
        named |= {"id": self.config.id, "image": self.config.image or field, **self.config.files}
        return named.get(field) or self.described.text.get(field, (field, None))[0]

    def _table(self, renamed: Mapping[str, str]) -> Table:
        """The file, with the options that say how it is read; column -> the column it stands for."""
        config = self.config
        return Table(self.path, config.delimiter, renamed, config.encoding, config.sheet, config.skip)

    def remarks(self) -> list[str]:
        """How the file was read, where nobody said so."""
        return [told] if (told := self.table.manner()) else []

    def records(self) -> Iterator[Record | Rejected]:
        """Yield a record per row, in the order of the table."""
        table = self.table
        columns = list(table.find(self._mapped(), required=self.required))
        if not self.required and not {*columns} - {self.config.id}:
            read = ", ".join(dict.fromkeys(self._read()))
            fix = table.advice([*self._read()]) or "Name them: --column FIELD=COLUMN."
            raise VBGError(str(self.path), f"no column for any of {read}", fix)
        for row in table.rows(columns):
            yield row if isinstance(row, Rejected) else self._checked(*row)

    def _mapped(self) -> Iterator[str]:
        config = self.config
        yield config.id
        yield from self._read()
        yield from filter(None, [config.group, config.split, config.licence_column])
        yield from (target.column for target in self.targets.values())
        yield from self.rules.fields if self.rules else ()

    def _read(self) -> Iterator[str]:
        """The columns a model reads."""
        yield from filter(None, [column for files in self.files for column in (*files.braces, files.column)])
        yield from self.described.columns

    def _checked(self, source: str, cells: Cells) -> Record | Rejected:
        try:
            if (_text(cells, self.config.id) or "").lower().strip(" :") in TOTALS:
                return Rejected(source, "row holds totals, not an object")
            return self._record(source, cells)
        except CellError as error:
            told = readable_labels(cells, self.targets, _label)
            return Rejected(source, str(error), _text(cells, self.config.id) or "", told)

    def _record(self, source: str, cells: Cells) -> Record:
        config = self.config
        split = _text(cells, config.split)
        identity = _text(cells, config.id) or ("" if self.required else source)
        inputs: dict[str, Any] = dict(self.described(cells))
        for files in self.files:
            inputs |= files(cells)
        return Record(
            id=identity,
            inputs=inputs,
            targets=self._labels(cells),
            group=_text(cells, config.group) or "",
            split=split_of(split, config.split_values) if split else None,
            licence=_text(cells, config.licence_column) or config.licence,
            source=source,
        )

    def _labels(self, cells: Cells) -> dict[str, Any]:
        if self.asked is not None:
            return readable_labels(cells, self.targets, _label, self.rules, self.asked)
        targets = {name: label for name, target in self.targets.items() if (label := _label(cells, target))}
        return targets | (self.rules(cells) if self.rules else {})


def _label(cells: Cells, target: Target) -> str | list[str] | None:
    cell = cells[target.column]
    if not target.multi_label:
        return cell_text(target.column, cell)
    return cell_parts(target.column, cell, target.separator) or None


def _given(place: str) -> tuple[str, str]:
    """Pattern and column of a file: one of them is empty."""
    return (place, "") if BRACES.search(place) else ("", place)


def _place(text: str | Text) -> tuple[str, str | None]:
    return (text.column, text.separator) if isinstance(text, Text) else (text, None)


def _text(cells: Cells, column: str | None) -> str | None:
    return cell_text(column, cells.get(column)) if column else None


def _any(path: Path) -> bool:
    """Every file counts as there: preparing says which are missing."""
    return True
