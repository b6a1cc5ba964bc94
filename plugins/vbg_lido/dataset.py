"""The dataset `lido`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from vbg_framework.data.cells import CellError, cell_value, path_inside
from vbg_framework.data.labels import LabelRules
from vbg_framework.errors import VBGError, did_you_mean
from vbg_framework.paths import locate
from vbg_framework.record import Dataset, Record, Rejected, Task
from vbg_lido import FIELDS, LidoConfig, Target
from vbg_lido.reader import Unreadable, lido_records

BRACES = re.compile(r"\{([^{}]+)\}")
Fields = dict[str, list[str]]


class LidoDataset(Dataset):
    """Reads LIDO records file by file."""

    def __init__(self, config: LidoConfig) -> None:
        super().__init__(config)
        named = locate(config.path, variable="VBG_DATA")
        self.files = sorted(named.glob("*.xml")) if named.is_dir() else [named]
        if not self.files:
            raise VBGError(str(named), "holds no .xml file", "Give the folder of the LIDO records.")
        self.folder = self.files[0].parent.resolve()
        self.rules = LabelRules(locate(config.labels, variable="VBG_DATA")) if config.labels else None
        self.targets = {
            task: target if isinstance(target, Target) else Target(field=target)
            for task, target in config.targets.items()
        }
        self._check()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """One task per entry of `targets` and of the label-mapping file."""
        named = tuple(Task(name, target.multi_label) for name, target in self.targets.items())
        return named + (self.rules.tasks if self.rules else ())

    def sources(self) -> Iterable[Path]:
        """The files, and the label-mapping file."""
        return [*self.files, self.rules.path] if self.rules else self.files

    def facts(self) -> Mapping[str, Any]:
        """The label-mapping file."""
        return self.rules.facts() if self.rules else {}

    def records(self) -> Iterator[Record | Rejected]:
        """Yield a record per `lido` element, in the order of the files' names."""
        for path in self.files:
            number = 0
            try:
                for fields in lido_records(path):
                    number += 1
                    yield self._checked(f"{path.name}:{number}", fields)
            except Unreadable as error:
                yield Rejected(f"{path.name}:{number + 1}", str(error))

    def _check(self) -> None:
        config = self.config
        named = [*config.text, *config.metadata, *(target.field for target in self.targets.values())]
        for field in [*named, *BRACES.findall(config.images or "")]:
            if field not in FIELDS:
                raise VBGError(str(self.folder), f"no field '{field}'", did_you_mean(field, FIELDS))
        if self.rules:
            self.rules.check(list(FIELDS))
            self.rules.check_tasks(self.targets)

    def _checked(self, source: str, fields: Fields) -> Record | Rejected:
        try:
            return self._record(source, fields)
        except CellError as error:
            return Rejected(source, str(error))

    def _record(self, source: str, fields: Fields) -> Record:
        if not fields["id"]:
            raise CellError("lidoRecID is empty")
        texts = {field: ", ".join(fields[field]) for field in self.config.text}
        values = {field: cell_value(field, _first(fields[field])) for field in self.config.metadata}
        inputs: dict[str, Any] = {"text": texts} if any(texts.values()) else {}
        inputs |= {"metadata": values} if any(value != "" for value in values.values()) else {}
        image = self._image(fields)
        labels = {
            task: fields[target.field] if target.multi_label else _first(fields[target.field])
            for task, target in self.targets.items()
        }
        return Record(
            id=fields["id"][0],
            inputs=inputs | ({} if image is None else {"image": image}),
            targets={task: label for task, label in labels.items() if label}
            | (self.rules(fields) if self.rules else {}),
            group=fields["id"][0],
            licence=_first(fields["licence"]) or self.config.licence,
            source=source,
        )

    def _image(self, fields: Fields) -> Path | None:
        pattern = self.config.images
        names = {field: _first(fields[field]) for field in BRACES.findall(pattern or "")}
        if not pattern or not all(names.values()):
            return None
        path = path_inside(self.folder, BRACES.sub(lambda found: names[found[1]] or "", pattern))
        return path if self.finds(path) else None


def _first(values: list[str]) -> str | None:
    return values[0] if values else None
