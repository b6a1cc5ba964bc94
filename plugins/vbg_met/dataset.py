"""The dataset `met`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from vbg_framework import Dataset, Record, Rejected, Skipped, VBGError
from vbg_framework.paths import locate
from vbg_framework.toolkit import (
    CellError,
    Cells,
    LabelledDataset,
    LabelRules,
    cell_parts,
    cell_text,
    did_you_mean,
    readable_labels,
)
from vbg_met import FIELDS, LABELS, MetConfig, Target
from vbg_met.inputs import SEPARATOR, Inputs
from vbg_met.layout import fault, unnested
from vbg_met.objects import KINDS, Objects, kind
from vbg_met.unlabelled import UnlabelledObjects


class MetDataset(LabelledDataset):
    """Reads MetObjects.csv (any of its layouts), API objects as JSON Lines, or Parquet, object by object."""

    def __init__(self, config: MetConfig) -> None:
        super().__init__(config)
        self.path = locate(config.path, variable="VBG_DATA")
        if not self.path.is_file():
            raise VBGError(str(self.path), "is not a file", "Give the path of MetObjects.csv or another export.")
        self.inputs = Inputs(config, self.path, self.finds)
        self.rules, self.targets = _rules(config), _targets(config)
        self.keep = {field: _compiled(field, pattern) for field, pattern in config.keep.items()}
        self.departments = {name.casefold() for name in config.departments}
        self._check_fields()

    @classmethod
    def download(cls, arguments: Sequence[str]) -> int:
        """Fill a folder from the museum's collection API; `arguments` are those of `python -m vbg_met.download`."""
        from vbg_met.download import main

        return main(arguments)

    @classmethod
    def unlabelled(cls, config: MetConfig, source: Path, columns: Mapping[str, str]) -> Dataset | None:
        """Read another export in any of its forms; no object is left out."""
        return cls.partly_labelled(config, source, columns, ())

    @classmethod
    def partly_labelled(
        cls, config: MetConfig, source: Path, columns: Mapping[str, str], tasks: Sequence[str]
    ) -> Dataset | None:
        """The same, with the labels of some tasks."""
        if not source.is_file() or kind(source) not in KINDS:
            return None
        rules = _rules(config) if tasks else None
        read = partial(readable_labels, targets=_targets(config), read=_label, rules=rules, tasks=tasks)
        return UnlabelledObjects(config, source, columns, read)

    def records(self) -> Iterator[Record | Rejected | Skipped]:
        """Yield a record per object, in the order of the file; objects that the options leave out are skipped."""
        objects = Objects(self.path, {})
        self._check_columns(objects.fields)
        for row in objects:
            yield row if isinstance(row, Rejected) else self._checked(*row)

    def _check_fields(self) -> None:
        """Every field the options name is one of the museum's."""
        config = self.config
        named = [*config.text, *config.metadata, *config.keep, *(target.field for target in self.targets.values())]
        for field in [*named, *self.inputs.pictures.braces]:
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

    def _checked(self, source: str, cells: Cells) -> Record | Rejected | Skipped:
        try:
            if not cell_text("object_id", cells["object_id"]):
                told = fault(cells)
                return Rejected(source, f"object_id is empty, got {told}" if told else "object_id is empty")
            cells = unnested(cells)
            reason = self._left_out(cells)
            return Skipped(source, reason) if reason else self._record(source, cells)
        except CellError as error:
            return Rejected(source, str(error))

    def _left_out(self, cells: Cells) -> str | None:
        """Why the options leave an object out; None = they do not."""
        if self.config.public_domain and not _is_true(cells.get("is_public_domain")):
            return "object is not in the public domain"
        if self.departments and (_text(cells, "department") or "").casefold() not in self.departments:
            return "object is of another department"
        left = (field for field, pattern in self.keep.items() if not pattern.search(_text(cells, field) or ""))
        field = next(left, None)
        return f"object is not one of those to keep by '{field}'" if field else None

    def _record(self, source: str, cells: Cells) -> Record | Skipped:
        inputs = self.inputs(cells)
        if self.config.has_image and inputs.get("image") is None:
            return Skipped(source, "object has no image here")
        targets = {name: label for name, target in self.targets.items() if (label := _label(cells, target))}
        identity = _text(cells, "object_id") or ""
        return Record(
            id=identity,
            inputs=inputs,
            targets=targets | (self.rules(cells) if self.rules else {}),
            group=identity,
            licence=_licence(_text(cells, "is_public_domain")),
            source=source,
        )


def _targets(config: MetConfig) -> dict[str, Target]:
    return {
        task: target if isinstance(target, Target) else Target(field=target) for task, target in config.targets.items()
    }


def _rules(config: MetConfig) -> LabelRules | None:
    if not config.labels:
        return None
    own = LABELS.get(config.labels)
    return LabelRules(Path(__file__).with_name(own) if own else locate(config.labels, variable="VBG_DATA"))


def _compiled(field: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise VBGError(f"keep.{field}", f"not a regular expression ({error}), got '{pattern}'", "Correct it.") from None


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
