"""The dataset `cleveland`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from vbg_cleveland import ClevelandConfig, Target
from vbg_cleveland.works import KINDS, Work, Works
from vbg_framework import Dataset, Record, Rejected, Skipped, Task, VBGError
from vbg_framework.paths import locate
from vbg_framework.toolkit import (
    CellError,
    Described,
    LabelledDataset,
    LabelRules,
    Pictures,
    cell_parts,
    cell_text,
    did_you_mean,
    readable_labels,
)

SEPARATOR = ";"
NEEDED = ("id", "share_license_status")
IMAGE = "image"
"""The name under which a column of pictures is read, if one is named."""


class ClevelandDataset(LabelledDataset):
    """Reads data.csv or data.json work by work."""

    def __init__(self, config: ClevelandConfig) -> None:
        super().__init__(config)
        self.path = locate(config.path, variable="VBG_DATA")
        self.works = Works(self.path, {})
        self.inputs = _Inputs(config, self.path, finds=self.finds)
        self.rules, self.targets = _rules(config), _targets(config)

    @classmethod
    def unlabelled(cls, config: ClevelandConfig, source: Path, columns: Mapping[str, str]) -> Dataset | None:
        """Read another data.csv or data.json; works of every licence, with or without an image."""
        return cls.partly_labelled(config, source, columns, ())

    @classmethod
    def partly_labelled(
        cls, config: ClevelandConfig, source: Path, columns: Mapping[str, str], tasks: Sequence[str]
    ) -> Dataset | None:
        """The same, with the labels of some tasks."""
        if not source.is_file() or source.suffix.lower() not in KINDS:
            return None
        rules = _rules(config) if tasks else None
        read = partial(readable_labels, targets=_targets(config), read=_label, rules=rules, tasks=tasks)
        return UnlabelledWorks(config, source, columns, read)

    def records(self) -> Iterator[Record | Rejected | Skipped]:
        """Yield a record per work, in the order of the file; works that the options leave out are skipped."""
        self._check(self.works.fields)
        for row in self.works:
            if isinstance(row, Rejected):
                yield row
                continue
            source, work = row
            try:
                yield self._record(source, work)
            except CellError as error:
                yield Rejected(source, str(error))

    def _check(self, known: list[str]) -> None:
        needed = [*NEEDED, *(target.field for target in self.targets.values())]
        for field in [*needed, *self.inputs.pictures.braces] if known else ():
            if field not in known:
                raise VBGError(str(self.path), f"no field '{field}'", did_you_mean(field, known))
        if self.rules and known:
            self.rules.check(known)
            self.rules.check_tasks(self.targets)

    def _record(self, source: str, work: Work) -> Record | Skipped:
        status = _text(work, "share_license_status") or ""
        if self.config.open_only and status.upper() != "CC0":
            return Skipped(source, "work is not under CC0")
        identity = _text(work, "id")
        if not identity:
            raise CellError("id is empty")
        inputs = self.inputs(work)
        if self.config.has_image and inputs.get("image") is None:
            return Skipped(source, "work has no image here")
        labels = {task: _label(work, target) for task, target in self.targets.items()}
        return Record(
            id=identity,
            inputs=inputs,
            targets={task: label for task, label in labels.items() if label} | (self.rules(work) if self.rules else {}),
            group=identity,
            licence="CC0-1.0" if status.upper() == "CC0" else status,
            source=source,
        )


Labels = Callable[[Work], dict[str, Any]]


class UnlabelledWorks(Dataset):
    """Reads the inputs of every work.

    Args:
        config: the options the model was trained with.
        path: the export.
        columns: field -> its column, where they differ; `image` is a column of pictures.
        labels: a work -> the labels that are read.

    Raises:
        VBGError: the file cannot be read, or has no field that is read.
    """

    def __init__(self, config: ClevelandConfig, path: Path, columns: Mapping[str, str], labels: Labels) -> None:
        super().__init__(config)
        self.labels = labels
        self.works = Works(path, columns)
        self.inputs = _Inputs(config, path, IMAGE if IMAGE in columns else "")
        if (known := self.works.fields) and not self.inputs(dict.fromkeys(known)):
            wanted = ", ".join(self.inputs.described.columns)
            raise VBGError(str(path), f"no field of {wanted}", "Name them: --column FIELD=COLUMN.")

    @property
    def tasks(self) -> tuple[Task, ...]:
        """None."""
        return ()

    def records(self) -> Iterator[Record | Rejected]:
        """Yield a record per work, in the order of the file; one without an id is called after its place."""
        for row in self.works:
            yield row if isinstance(row, Rejected) else self._record(*row)

    def _record(self, source: str, work: Work) -> Record | Rejected:
        try:
            return Record(_text(work, "id") or source, self.inputs(work), self.labels(work), source=source)
        except CellError as error:
            return Rejected(source, str(error))


class _Inputs:
    """From a work to the inputs of its record."""

    def __init__(
        self,
        config: ClevelandConfig,
        path: Path,
        image: str = "",
        finds: Callable[[Path], bool] = Path.is_file,
    ) -> None:
        self.described = Described({field: (field, None) for field in config.text}, config.metadata)
        self.pictures = Pictures(path.parent.resolve(), config.images or "", image, finds)

    def __call__(self, work: Mapping[str, Any]) -> dict[str, Any]:
        return {**self.described(work), **self.pictures(work)}


def _targets(config: ClevelandConfig) -> dict[str, Target]:
    return {
        task: target if isinstance(target, Target) else Target(field=target) for task, target in config.targets.items()
    }


def _rules(config: ClevelandConfig) -> LabelRules | None:
    return LabelRules(locate(config.labels, variable="VBG_DATA")) if config.labels else None


def _label(work: Mapping[str, Any], target: Target) -> str | list[str] | None:
    cell = work.get(target.field)
    if target.multi_label:
        return cell_parts(target.field, cell, SEPARATOR) or None
    return next(iter(cell_parts(target.field, cell, None)), None)


def _text(work: Mapping[str, Any], field: str) -> str | None:
    return cell_text(field, work.get(field))
