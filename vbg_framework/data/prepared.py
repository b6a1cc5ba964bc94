"""A prepared data set on disk, and how it is divided for an experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets import Dataset, DatasetDict

from vbg_framework.experiment import SplitConfig
from vbg_framework.record import Task


@dataclass(frozen=True)
class Splits:
    """A prepared data set divided for an experiment.

    Args:
        data: `train`, `validation` and `test`, views of `Prepared.table`.
        tasks: the selected tasks, with classes and training counts.
        unlabelled: records left out because they have a label for none of the tasks.
        used: which kind of split it is.
    """

    data: DatasetDict
    tasks: tuple[Task, ...]
    unlabelled: int
    used: str  # "given" | "stratified"


class Prepared:
    """A finished preparation: `table`, `tasks`, `modalities`, `fingerprint`, `info`, `folder`."""

    folder: Path
    table: Dataset
    tasks: tuple[Task, ...]
    modalities: tuple[str, ...]
    text_fields: tuple[str, ...]
    metadata_fields: tuple[str, ...]
    fingerprint: str
    info: Mapping[str, Any]

    @classmethod
    def open(cls, folder: Path) -> Prepared:
        """Open a finished preparation (memory mapped)."""
        raise NotImplementedError

    def split(self, config: SplitConfig, tasks: Sequence[str]) -> Splits:
        """Divide the records that carry a label of at least one of `tasks`."""
        raise NotImplementedError
