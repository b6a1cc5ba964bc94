"""The dataset `lido`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vbg_framework import Dataset, Record, Rejected, Skipped, Task
from vbg_framework.paths import locate
from vbg_framework.toolkit import CellError, LabelRules, walk
from vbg_lido import FIELDS, LidoConfig, Target
from vbg_lido.edm import edm_records
from vbg_lido.files import Files, Format
from vbg_lido.inputs import Inputs, Values, check_field
from vbg_lido.linked_art import linked_art_records
from vbg_lido.reader import Fields, lido_records


class LidoDataset(Dataset):
    """Reads LIDO records file by file."""

    form = Format("LIDO", (".xml",), lido_records, "lidoRecID")

    def __init__(self, config: LidoConfig) -> None:
        super().__init__(config)
        self.files = Files(locate(config.path, variable="VBG_DATA"), self.form)
        self.rules = LabelRules(locate(config.labels, variable="VBG_DATA")) if config.labels else None
        self.targets = {
            task: target if isinstance(target, Target) else Target(field=target)
            for task, target in config.targets.items()
        }
        self._labels = [target.field for target in self.targets.values()]
        for field in self._labels:
            check_field(str(self.files.folder), field)
        if self.rules:
            self.rules.check(list(FIELDS))
            self.rules.check_tasks(self.targets)
        self.inputs = self._reader()

    @classmethod
    def unlabelled(cls, config: LidoConfig, source: Path, columns: Mapping[str, str]) -> Dataset | None:
        """Read other files of the same format; `columns` names other fields of its records."""
        is_own = any(map(cls.form.reads, walk(source))) if source.is_dir() else cls.form.reads(source)
        return UnlabelledLido(config, Files(source, cls.form), columns) if is_own else None

    @property
    def tasks(self) -> tuple[Task, ...]:
        """One task per entry of `targets` and of the label-mapping file."""
        named = tuple(Task(name, target.multi_label) for name, target in self.targets.items())
        return named + (self.rules.tasks if self.rules else ())

    def sources(self) -> Iterable[Path]:
        """The files, and the label-mapping file."""
        return [*self.files.paths, self.rules.path] if self.rules else self.files.paths

    def facts(self) -> Mapping[str, Any]:
        """The label-mapping file."""
        return self.rules.facts() if self.rules else {}

    def remarks(self) -> Sequence[str]:
        """How many values were taken in which language."""
        return self.inputs.languages.remarks()

    def records(self) -> Iterator[Record | Rejected | Skipped]:
        """Yield a record per object, in the order of the files' paths."""
        self.inputs = self._reader()  # counts anew
        for item in self.files:
            yield self._checked(*item) if isinstance(item, tuple) else item

    def _reader(self) -> Inputs:
        spoken = [*self._labels, *(self.rules.fields if self.rules else ())]
        return Inputs(self.config, self.files.folder, spoken, finds=self.finds)

    def _checked(self, source: str, fields: Fields) -> Record | Rejected:
        try:
            return self._record(source, self.inputs.values(fields))
        except CellError as error:
            return Rejected(source, str(error))

    def _record(self, source: str, values: Values) -> Record:
        identity = _first(values["id"])
        if not identity:
            raise CellError(f"{self.form.identity} is empty")
        labels = {
            task: values[target.field] if target.multi_label else _first(values[target.field])
            for task, target in self.targets.items()
        }
        return Record(
            id=identity,
            inputs=self.inputs(values),
            targets={task: label for task, label in labels.items() if label}
            | (self.rules(values) if self.rules else {}),
            group=identity,
            licence=_first(values["licence"]) or self.config.licence,
            source=source,
        )


class EdmDataset(LidoDataset):
    """Reads EDM records file by file."""

    form = Format("EDM", (".xml", ".rdf"), edm_records, "rdf:about of the ProvidedCHO")


class LinkedArtDataset(LidoDataset):
    """Reads Linked Art records file by file."""

    form = Format("Linked Art", (".json", ".jsonld", ".jsonl", ".ndjson"), linked_art_records, "id")


class UnlabelledLido(Dataset):
    """Reads the inputs of every record.

    Args:
        config: the options the model was trained with.
        files: the files.
        columns: field -> the field of LIDO that is read in its place.
    """

    def __init__(self, config: LidoConfig, files: Files, columns: Mapping[str, str]) -> None:
        super().__init__(config)
        self.files, self.columns = files, columns
        self.inputs = self._reader()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """None."""
        return ()

    def remarks(self) -> Sequence[str]:
        """How many values were taken in which language."""
        return self.inputs.languages.remarks()

    def records(self) -> Iterator[Record | Rejected | Skipped]:
        """Yield a record per object, in the order of the files' paths; one without an id by its place."""
        self.inputs = self._reader()
        for item in self.files:
            yield self._record(*item) if isinstance(item, tuple) else item

    def _reader(self) -> Inputs:
        return Inputs(self.config, self.files.folder, columns=self.columns)

    def _record(self, source: str, fields: Fields) -> Record | Rejected:
        values = self.inputs.values(fields)
        try:
            return Record(_first(values["id"]) or source, self.inputs(values), source=source)
        except CellError as error:
            return Rejected(source, str(error))


def _first(values: Sequence[str]) -> str | None:
    return values[0] if values else None
