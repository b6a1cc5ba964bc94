"""The dataset `met`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from vbg_framework.data.cells import CellError, cell_parts, cell_text, cell_value, path_inside
from vbg_framework.data.labels import LabelledDataset, LabelRules
from vbg_framework.data.table import Cells, Table
from vbg_framework.errors import VBGError, did_you_mean
from vbg_framework.paths import locate
from vbg_framework.record import Record, Rejected
from vbg_met import FIELDS, LABELS, MetConfig, Target
from vbg_met.layout import FAULTS, MORE_FIELDS, canonical, unnested

BRACES = re.compile(r"\{([^{}]+)\}")
SEPARATOR = "|"


class MetDataset(LabelledDataset):
    """Reads MetObjects.csv (any of its layouts), API objects as JSON Lines, or Parquet, object by object."""

    def __init__(self, config: MetConfig) -> None:
        super().__init__(config)
        self.path = locate(config.path, variable="VBG_DATA")
        if not self.path.is_file():
            raise VBGError(str(self.path), "is not a file", "Give the path of MetObjects.csv or another export.")
        self.folder = self.path.parent.resolve()
        self.rules = LabelRules(_label_file(config.labels)) if config.labels else None
        self.targets = {
            task: target if isinstance(target, Target) else Target(field=target)
            for task, target in config.targets.items()
        }
        self.keep = {field: _compiled(field, pattern) for field, pattern in config.keep.items()}
        self.departments = {name.casefold() for name in config.departments}
        self._check_fields()

    @classmethod
    def download(cls, arguments: Sequence[str]) -> int:
        """Fill a folder from the museum's collection API; `arguments` are those of `python -m vbg_met.download`."""
        from vbg_met.download import main

        return main(arguments)

    def records(self) -> Iterator[Record | Rejected]:
        """Yield a record per object that the options keep, in the order of the file."""
        table = Table(self.path)
        columns = {name: canonical(name) for name in table.columns()}
        self._check_columns(list(columns.values()))
        wanted = [name for name, field in columns.items() if field in (*FIELDS, *MORE_FIELDS, *FAULTS)]
        for row in table.rows(wanted):
            if isinstance(row, Rejected):
                yield row
                continue
            source, cells = row
            outcome = self._checked(source, {columns[name]: cells[name] for name in wanted})
            if outcome is not None:
                yield outcome

    def _check_fields(self) -> None:
        """Every field the options name is one of the museum's."""
        config = self.config
        named = [*config.text, *config.metadata, *config.keep, *(target.field for target in self.targets.values())]
        for field in [*named, *BRACES.findall(config.images or "")]:
            if field not in FIELDS:
                raise VBGError(str(self.path), f"no field '{field}'", did_you_mean(field, FIELDS))
        if self.rules:
            self.rules.check(FIELDS)
            self.rules.check_tasks(self.targets)

    def _check_columns(self, known: list[str]) -> None:
        """Older layouts lack columns; those of the key, the filters and the labels must be there."""
        needed = ["object_id", *self.keep, *(target.field for target in self.targets.values())]
        needed += ["is_public_domain"] if self.config.public_domain else []
        needed += ["department"] if self.departments else []
        for field in needed:
            if field not in known:
                raise VBGError(str(self.path), f"no column '{field}'", did_you_mean(field, known))

    def _checked(self, source: str, cells: Cells) -> Record | Rejected | None:
        try:
            if not cell_text("object_id", cells["object_id"]):
                return Rejected(source, _no_id(cells))
            cells = unnested(cells)
            return self._record(source, cells) if self._kept(cells) else None
        except CellError as error:
            return Rejected(source, str(error))

    def _kept(self, cells: Cells) -> bool:
        if self.config.public_domain and not _is_true(cells.get("is_public_domain")):
            return False
        if self.departments and (_text(cells, "department") or "").casefold() not in self.departments:
            return False
        return all(pattern.search(_text(cells, field) or "") for field, pattern in self.keep.items())

    def _record(self, source: str, cells: Cells) -> Record | None:
        image = self._image(cells)
        if image is None and self.config.has_image:
            return None
        targets = {name: label for name, target in self.targets.items() if (label := _label(cells, target))}
        identity = _text(cells, "object_id") or ""
        return Record(
            id=identity,
            inputs=self._inputs(cells) | ({} if image is None else {"image": image}),
            targets=targets | (self.rules(cells) if self.rules else {}),
            group=identity,
            licence=_licence(_text(cells, "is_public_domain")),
            source=source,
        )

    def _inputs(self, cells: Cells) -> dict[str, Any]:
        texts = {field: ", ".join(cell_parts(field, cells.get(field), SEPARATOR)) for field in self.config.text}
        values = {field: cell_value(field, cells.get(field)) for field in self.config.metadata}
        inputs: dict[str, Any] = {"text": texts} if any(texts.values()) else {}
        return inputs | ({"metadata": values} if any(value != "" for value in values.values()) else {})

    def _image(self, cells: Cells) -> Path | bytes | None:
        """The bytes in the row, or the path of a file that is here."""
        cell = cells.get("jpg")
        if isinstance(cell, dict):  # {bytes, path}, as `datasets` stores images
            cell = cell.get("bytes")
        if isinstance(cell, bytes) and cell:
            return cell
        pattern = self.config.images
        names = {field: _text(cells, field) or "" for field in BRACES.findall(pattern or "")}
        if not pattern or not all(names.values()):
            return None
        path = path_inside(self.folder, BRACES.sub(lambda found: names[found[1]], pattern))
        return path if self.finds(path) else None


def _label_file(labels: str) -> Path:
    if labels in LABELS:
        return Path(__file__).with_name(LABELS[labels])
    return locate(labels, variable="VBG_DATA")


def _compiled(field: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise VBGError(f"keep.{field}", f"not a regular expression ({error}), got '{pattern}'", "Correct it.") from None


def _no_id(cells: Cells) -> str:
    """Why a row without an id has none; the API and the hub write their faults into the row."""
    told = [str(cells[field]) for field in FAULTS if cells.get(field)]
    return f"object_id is empty, got {'; '.join(told)}" if told else "object_id is empty"


def _licence(public_domain: str | None) -> str:
    if public_domain is None:
        return ""
    return "CC0-1.0" if _is_true(public_domain) else "not in the public domain"


def _is_true(cell: Any) -> bool:
    return str(cell).strip().casefold() in ("true", "1")


def _label(cells: Cells, target: Target) -> str | list[str] | None:
    cell = cells.get(target.field)
    if not target.multi_label:
        return cell_text(target.field, cell)
    return cell_parts(target.field, cell, SEPARATOR) or None


def _text(cells: Cells, field: str) -> str | None:
    return cell_text(field, cells.get(field))
