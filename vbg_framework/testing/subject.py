"""The component under examination, with what is expensive made once."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vbg_framework.base.errors import VBGError
from vbg_framework.base.seeds import isolated, seed_everything
from vbg_framework.contracts.spec import Component, Config
from vbg_framework.testing.check import NotApplicable
from vbg_framework.testing.processes.life import Life, observed
from vbg_framework.testing.processes.network import refused


class Subject:
    """One component with the options it is examined with. Each kind has its own subclass.

    Args:
        component: what is examined.
        options: its options; None = those of `Component.tiny`.

    Attributes:
        contacts: the machines it tried to reach, where that is refused.
    """

    def __init__(self, component: Any, options: Mapping[str, Any] | None = None) -> None:
        self.component = component
        self.options = dict(component.tiny if options is None else options)
        self.contacts: list[str] = []
        self._files = tempfile.mkdtemp(prefix="vbg-check-")
        weakref.finalize(self, shutil.rmtree, self._files, ignore_errors=True)

    @property
    def named(self) -> str:
        """`encoder vit`, with a number behind it for further options of `tiny`."""
        place = self.component.tinies.index(self.options) if self.options in self.component.tinies else 0
        return f"{self.component.kind} {self.component.name}" + (f" {place + 1}" if place else "")

    @property
    def files(self) -> Path:
        """Where its folders lie."""
        return Path(self._files)

    def folder(self) -> Path:
        """A new empty folder."""
        return Path(tempfile.mkdtemp(dir=self._files))

    def modalities(self) -> set[str]:
        """What it reads, or what its records hold."""
        return {self.kind.modality}

    def sources(self) -> Iterable[Path]:
        """Files it says it depends on, besides those that options name."""
        result: Iterable[Path] = self.kind.sources(self.config)
        return result

    @cached_property
    def kind(self) -> type[Any]:
        """The class behind the component.

        Raises:
            NotApplicable: it cannot be imported.
        """
        try:
            return self.component.load()
        except VBGError as error:
            raise NotApplicable(str(error)) from error

    @cached_property
    def config(self) -> Config:
        """Its options, checked.

        Raises:
            NotApplicable: it needs options that nobody gave, such as the path of a file.
        """
        try:
            return self.component.config(**self.options)
        except ValidationError as error:
            if self.options:
                raise
            raise NotApplicable(without_options(self.component, _lacking(error))) from error

    def get_ready(self) -> None:
        """Make whatever `construct` needs, or its draws would count among those of the instance."""

    def construct(self) -> Any:
        """Make a new instance."""
        return self.kind(self.config)

    def build(self, seed: int = 0) -> Any:
        """Make a new instance as a run does: without the network, under a seed."""
        self.get_ready()
        with refused(self.contacts), isolated():
            seed_everything(seed)
            return self.construct()

    def live(self) -> None:
        """Do everything that a run does with it before training."""
        self.build()

    def acts(self) -> dict[str, Callable[[], Any]]:
        """What it does with random numbers or could do with them, by name."""
        return {}

    @cached_property
    def life(self) -> Life:
        """What its surroundings saw of `live`."""
        with observed() as life:
            self.live()
        return life

    def keep(self, folder: Path) -> Any:
        """Write what a run keeps of it into the empty folder, and return what it says."""
        raise NotImplementedError

    def recall(self, folder: Path) -> Any:
        """What one says that was made of such a folder."""
        raise NotImplementedError

    def anew(self) -> Any:
        """What one says that is made from nothing with a fixed seed."""
        raise NotImplementedError


def without_options(component: Component, lacks: str) -> str:
    """Why a check cannot be made without options, and how to give some."""
    way = f'conformance(plugin, options={{"{component.name}": {{...}}}})'
    return f"{lacks}; give `tiny` options to the component, or pass them to the test: {way}"


def _lacking(error: ValidationError) -> str:
    missing = [".".join(map(str, each["loc"])) for each in error.errors() if each["type"] == "missing"]
    return (
        f"the options lack {', '.join(missing)}"
        if missing
        else f"empty options are refused ({error.errors()[0]['msg']})"
    )
