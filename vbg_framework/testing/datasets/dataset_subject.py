"""A data set under examination."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.config.part import Part, make_part, told
from vbg_framework.config.plugins import installed
from vbg_framework.contracts.modality import OWN
from vbg_framework.contracts.record import Dataset, Record, Rejected, Skipped
from vbg_framework.testing.check import NotApplicable, expect
from vbg_framework.testing.datasets.told import plain, told_of
from vbg_framework.testing.processes.network import refused
from vbg_framework.testing.subject import Subject, without_options


class DatasetSubject(Subject):
    """A data set with what it yields."""

    @cached_property
    def dataset(self) -> Dataset:
        """An instance.

        Raises:
            NotApplicable: without options it finds no files.
        """
        try:
            built: Dataset = self.build()
        except VBGError as error:
            if self.options:
                raise
            raise NotApplicable(
                without_options(self.component, f"without options it finds nothing ({error})")
            ) from error
        return built

    def read(self) -> list[Record | Rejected | Skipped]:
        """Everything, in one pass."""
        with refused(self.contacts):
            return list(self.dataset.records())

    @cached_property
    def items(self) -> list[Record | Rejected | Skipped]:
        """What the first pass gave."""
        result = self.read()
        others = sorted({type(item).__name__ for item in result if not isinstance(item, Record | Rejected | Skipped)})
        expect(not others, "only Record, Rejected and Skipped", ", ".join(others))
        return result

    @cached_property
    def records(self) -> list[Record]:
        """The records among them."""
        results = [item for item in self.items if isinstance(item, Record)]
        expect(results, "at least one record", f"none of {len(self.items)} items is one")
        return results

    def live(self) -> None:
        """Read everything."""
        self.__dict__.pop("dataset", None)
        self.dataset.sources()
        self.dataset.facts()
        self.read()

    def acts(self) -> dict[str, Callable[[], Any]]:
        """Reading."""
        return {"`records`": self.read}

    def modalities(self) -> set[str]:
        """What some record holds."""
        return {name for record in self.records for name, value in record.inputs.items() if value is not None}

    @cached_property
    def offered(self) -> dict[str, Part[Any]]:
        """The modalities of its records that plugins offer."""
        names = sorted({*told(self.component, self.config)} - {*OWN})
        return {name: make_part("modality", {"type": name}, f"modality {name}", installed()) for name in names}

    def sources(self) -> Iterable[Path]:
        """What the instance names."""
        return self.dataset.sources()

    def anew(self) -> Any:
        """Its tasks, and all that it yields but images."""
        tasks = [(task.name, task.multi_label, *task.classes) for task in self.dataset.tasks]
        return [tasks, [plain(told_of(item)) for item in self.read()]]
