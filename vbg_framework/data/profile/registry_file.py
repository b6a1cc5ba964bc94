"""From somebody's table or folder to a registry file that trains a model on it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from contextlib import chdir
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from vbg_framework.base.errors import VBGError
from vbg_framework.base.publication import written
from vbg_framework.base.yaml_file import read_yaml
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry, Resolved, shipped_registry
from vbg_framework.contracts.record import Record
from vbg_framework.data.catalogue.spelling import normal
from vbg_framework.data.profile.best_sheet import best_sheet
from vbg_framework.data.profile.draft import Draft, Shipped, corrected, draft_folder, draft_table, seeded
from vbg_framework.data.profile.found_source import FoundSource, find_source
from vbg_framework.data.profile.giveaways import Giveaway, giveaways
from vbg_framework.data.profile.roles import Roles
from vbg_framework.data.profile.table_facts import MOST_ROWS, TableFacts
from vbg_framework.data.profile.unpacking import unpack
from vbg_framework.data.readers.table import Table
from vbg_framework.data.splits.stable_split import even_seed
from vbg_framework.paths import find

Choose = Callable[[TableFacts, Roles], Roles]


class TableLook(NamedTuple):
    """What is made of a table.

    Args:
        facts: of its columns.
        roles: of its columns.
        says: column -> what it says about the label, for the columns a model would read.
    """

    facts: TableFacts
    roles: Roles
    says: Mapping[str, Giveaway]


class Look(NamedTuple):
    """What is made of a source.

    Args:
        found: what it is.
        table: what is made of its table; None = pictures in class folders.
    """

    found: FoundSource
    table: TableLook | None

    @property
    def counts(self) -> Mapping[str, int]:
        """Class to learn -> how many there are."""
        return self.table.roles.tasks[0].counts if self.table else self.found.counts


def look(
    source: Path, out: Path, *, target: str = "", encoding: str | None = None, choose: Choose = lambda _, roles: roles
) -> Look:
    """Look at a table, a folder, or a zip file of either, which is unpacked into `out`.

    Args:
        source: what was given.
        out: folder of the registry.
        target: the column with the class to learn; "" = the best one.
        encoding: of a text file that tells nobody.
        choose: may change the roles.

    Raises:
        VBGError: nothing can be learnt from it; says why.
    """
    found = find_source(_unpacked(source, out))
    if found.table is None:
        return Look(found, None)
    facts, roles = best_sheet(Table(found.table, encoding=encoding), target)
    roles = choose(facts, roles)
    says = giveaways(facts.table, roles.tasks[0], [*roles.text, *roles.metadata])
    return Look(found, TableLook(facts, roles, says))


def write_registry(path: Path, seen: Look, corrections: Path | None = None) -> Draft:
    """Write the registry of a source, once the experiment in it has been checked as `vbg check` does.

    Args:
        path: of the registry file.
        seen: what is made of the source.
        corrections: the file of corrections that the data set names; None = none.

    Raises:
        VBGError: the file is there already, or the experiment is not valid.
    """
    if path.exists():
        raise VBGError(str(path), "is there already and is left as it is", "Name another folder: --out FOLDER.")
    draft = _draft(seen, path.parent)
    draft = corrected(draft, _named(corrections, path.parent)) if corrections else draft
    path.parent.mkdir(parents=True, exist_ok=True)
    with written(path) as partial:
        partial.write_text(draft.text, encoding="utf-8")
        registry = Registry.read(partial)
        resolved = registry.experiment(draft.experiment, load_plugins(registry.block))
        if resolved.experiment.split.use == "stable":
            with chdir(path.parent):  # where its paths begin
                seed = _seed(resolved)
            partial.write_text(seeded(draft, seed).text, encoding="utf-8")
    return draft


def _unpacked(source: Path, out: Path) -> Path:
    if source.suffix.lower() != ".zip" or not zipfile.is_zipfile(source):
        return source
    out.mkdir(parents=True, exist_ok=True)
    return unpack(source, out / source.stem)


def _draft(seen: Look, out: Path) -> Draft:
    if seen.table is None:
        return draft_folder(_named(seen.found.folder, out), seen.found.counts, _shipped())
    facts, roles, says = seen.table
    return draft_table(_named(facts.table.path, out), facts.table, facts.rows, roles, says, _shipped())


def _named(path: Path, out: Path) -> str:
    """The path as a registry in `out` finds it: relative if it lies below, else absolute."""
    full, home = path.absolute(), out.absolute()
    return full.relative_to(home).as_posix() if full.is_relative_to(home) and full != home else full.as_posix()


def _shipped() -> Shipped:
    registry = Registry()
    registry.add(read_yaml(shipped_registry()), "registry.yaml")
    encoders = registry.entries["experiments"]["recommended"]["encoders"].values()
    weights = [encoder["weights"] for encoder in encoders if "weights" in encoder]
    names = {name for entries in registry.entries.values() for name in entries}
    return Shipped(names, all(find(path, variable="VBG_WEIGHTS") for path in weights))


def _seed(resolved: Resolved) -> int:
    """The seed of a stable split under which the classes of the first task are divided evenly."""
    part, task = resolved.parts["data"], resolved.experiment.tasks[0]
    items = islice(part.component.load()(part.config).records(), MOST_ROWS)
    records = [record for record in items if isinstance(record, Record) and task in record.targets]
    if not records:
        fix = "Choose another column with --target, or prepare the data set to see what is wrong with its rows."
        raise VBGError(f"task '{task}'", "no row has a label that can be read", fix)
    groups = [normal(record.group or record.id) for record in records]
    return even_seed(groups, [str(record.targets[task]) for record in records], resolved.experiment.split.ratios)
