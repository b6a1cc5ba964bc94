"""The dataset `cleveland`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vbg_cleveland import ClevelandConfig, Target
from vbg_cleveland.stream import json_list
from vbg_framework.data.cells import CellError, cell_parts, cell_text, cell_value, path_inside
from vbg_framework.data.labels import LabelledDataset, LabelRules
from vbg_framework.data.table import Table
from vbg_framework.errors import VBGError, did_you_mean
from vbg_framework.paths import locate
from vbg_framework.record import Record, Rejected

BRACES = re.compile(r"\{([^{}]+)\}")
SEPARATOR = ";"
NEEDED = ("id", "share_license_status")


class ClevelandDataset(LabelledDataset):
    """Reads data.csv or data.json work by work."""

    def __init__(self, config: ClevelandConfig) -> None:
        super().__init__(config)
        self.path = locate(config.path, variable="VBG_DATA")
        if not self.path.is_file() or self.path.suffix.lower() not in (".csv", ".json"):
            raise VBGError(str(self.path), "is not a data.csv or data.json", "Give the path of the export.")
        self.folder = self.path.parent.resolve()
        self.rules = LabelRules(locate(config.labels, variable="VBG_DATA")) if config.labels else None
        self.targets = {
            task: target if isinstance(target, Target) else Target(field=target)
            for task, target in config.targets.items()
        }

    def records(self) -> Iterator[Record | Rejected]:
        """Yield a record per work that the options keep, in the order of the file."""
        for row in self._rows():
            if isinstance(row, Rejected):
                yield row
                continue
            source, work = row
            try:
                if self._kept(work) and (record := self._record(source, work)):
                    yield record
            except CellError as error:
                yield Rejected(source, str(error))

    def _rows(self) -> Iterator[tuple[str, Mapping[str, Any]] | Rejected]:
        if self.path.suffix.lower() == ".csv":
            table = Table(self.path)
            self._check(table.columns())
            yield from table.rows([])
            return
        for number, work in enumerate(json_list(self.path), 1):
            source = f"{self.path.name}:{number}"
            if not isinstance(work, Mapping):
                yield Rejected(source, f"work is not a JSON object, got {type(work).__name__}")
                continue
            if number == 1:
                self._check(list(work))
            yield source, _plain(work)

    def _check(self, known: list[str]) -> None:
        needed = [*NEEDED, *(target.field for target in self.targets.values())]
        for field in [*needed, *BRACES.findall(self.config.images or "")]:
            if field not in known:
                raise VBGError(str(self.path), f"no field '{field}'", did_you_mean(field, known))
        if self.rules:
            self.rules.check(known)
            self.rules.check_tasks(self.targets)

    def _kept(self, work: Mapping[str, Any]) -> bool:
        return not self.config.open_only or (_text(work, "share_license_status") or "").upper() == "CC0"

    def _record(self, source: str, work: Mapping[str, Any]) -> Record | None:
        identity = _text(work, "id")
        if not identity:
            raise CellError("id is empty")
        image = self._image(work)
        if image is None and self.config.has_image:
            return None
        labels = {task: _label(work, target) for task, target in self.targets.items()}
        status = _text(work, "share_license_status") or ""
        return Record(
            id=identity,
            inputs=self._inputs(work) | ({} if image is None else {"image": image}),
            targets={task: label for task, label in labels.items() if label} | (self.rules(work) if self.rules else {}),
            group=identity,
            licence="CC0-1.0" if status.upper() == "CC0" else status,
            source=source,
        )

    def _inputs(self, work: Mapping[str, Any]) -> dict[str, Any]:
        texts = {field: ", ".join(cell_parts(field, work.get(field), None)) for field in self.config.text}
        values = {field: cell_value(field, work.get(field)) for field in self.config.metadata}
        inputs: dict[str, Any] = {"text": texts} if any(texts.values()) else {}
        return inputs | ({"metadata": values} if any(value != "" for value in values.values()) else {})

    def _image(self, work: Mapping[str, Any]) -> Path | None:
        pattern = self.config.images
        names = {field: _text(work, field) or "" for field in BRACES.findall(pattern or "")}
        if not pattern or not all(names.values()):
            return None
        path = path_inside(self.folder, BRACES.sub(lambda found: names[found[1]], pattern))
        return path if self.finds(path) else None


def _plain(work: Mapping[str, Any]) -> dict[str, Any]:
    """A work of data.json with text and lists of text only: what is nested deeper (images, creators) is left out."""
    return {field: value for field, value in work.items() if not isinstance(value, Mapping) and not _nested(value)}


def _nested(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value)


def _label(work: Mapping[str, Any], target: Target) -> str | list[str] | None:
    cell = work.get(target.field)
    if target.multi_label:
        return cell_parts(target.field, cell, SEPARATOR) or None
    return next(iter(cell_parts(target.field, cell, None)), None)


def _text(work: Mapping[str, Any], field: str) -> str | None:
    return cell_text(field, work.get(field))
