"""From somebody's folder or table to a data set and an experiment, as `vbg init` does it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from vbg_framework.base.errors import VBGError
from vbg_framework.config.opened import open_registry
from vbg_framework.data.preparation.corrections import COLUMNS
from vbg_framework.data.profile.found_source import find_source
from vbg_framework.data.profile.registry_file import Look, look, write_registry
from vbg_framework.runs.evidence.doubt_files import write_table
from vbg_framework.ui.later import Later, Watched
from vbg_framework.ui.training import Training
from vbg_framework.ui.workbench import DEFAULT, Workbench, open_data


class Names(NamedTuple):
    """What a source is called in a registry: its data set, and the experiment that learns it."""

    data: str
    experiment: str


class Beginning:
    """What stands between a source and its first model.

    Args:
        source: table, folder, or zip file of either.
        runs: folder of all runs.
        corrections: file of corrections; None = that of the data set, `corrections.csv` where one is made.

    Attributes:
        registry: the file that is written into the working folder.
        bench: the data set, opened when it is first asked for.
    """

    def __init__(self, source: Path, runs: Path, corrections: Path | None = None) -> None:
        self.source, self.runs, self.corrections = source, runs, corrections
        self.registry = Path("registry.yaml")
        self.bench = Later(self._open, Watched())

    def look(self, target: str = "") -> Look:
        """What the source holds, and what would be made of it; errors as of `registry_file.look`."""
        return look(self.source, self.registry.parent, target=target)

    def write(self, target: str = "") -> None:
        """Write the registry, whose data set names the file of corrections; errors as of `write_registry`."""
        seen, file = self.look(target), self.corrections or DEFAULT
        if not file.exists():
            write_table(file, COLUMNS, [])
        write_registry(self.registry, seen, file)

    def names(self) -> Names | None:
        """What the registry calls the source; None = there is no registry yet.

        Raises:
            VBGError: there is one, which does not know the source.
        """
        if not self.registry.exists():
            return None
        entries, own = open_registry(self.registry)[0].entries, self._own()
        for data, options in entries["datasets"].items():
            if isinstance(options, dict) and "path" in options and Path(str(options["path"])).absolute() in own:
                named = [name for name, each in entries["experiments"].items() if each.get("data") == data]
                if named:
                    return Names(data, named[0])
        fix = "Start in an empty folder, or name a data set of the registry."
        raise VBGError(str(self.registry.absolute()), f"is there already and does not name {self.source}", fix)

    def training(self) -> Training | None:
        """The runs of its experiment; None = there is no registry yet."""
        names = self.names()
        return Training(names.experiment, self.registry, self.runs) if names else None

    def _own(self) -> set[Path]:
        """All paths that mean the source."""
        unpacked = self.registry.parent / self.source.stem
        given = unpacked if self.source.suffix.lower() == ".zip" and unpacked.is_dir() else self.source
        found = find_source(given)
        return {given.absolute(), (found.table or found.folder).absolute()}

    def _open(self, screen: Watched) -> Workbench:
        names = self.names()
        assert names
        registry, plugins = open_registry(self.registry)
        part, split = registry.dataset(names.data, plugins), registry.split(names.data, plugins)
        return open_data(names.data, part, screen, self.corrections, split)
