"""`vbg init`: from somebody's table or folder to a registry that trains a model."""

from __future__ import annotations

import argparse
import sys
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.base.printable import terminal

if TYPE_CHECKING:
    from rich.console import Console

    from vbg_framework.config.registry import Resolved
    from vbg_framework.data.profile.draft import Draft, Shipped
    from vbg_framework.data.profile.found_source import FoundSource


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    init = commands.add_parser("init", help="look at a table or folder and write a registry.yaml for it")
    init.add_argument("source", type=Path, help="table, folder with a table or a folder per class, or a zip of either")
    init.add_argument("--out", type=Path, default=Path(), help="where registry.yaml goes (default: the working folder)")
    init.add_argument("--target", default="", metavar="COLUMN", help="the column with the class to learn")
    init.add_argument("--encoding", metavar="NAME", help="of a text file that tells nobody, such as cp1251")
    init.add_argument("--yes", action="store_true", help="ask nothing, take what is guessed")
    init.set_defaults(command=_init)


def _init(args: argparse.Namespace) -> int:
    from vbg_framework.base.errors import VBGError
    from vbg_framework.data.profile.found_source import find_source
    from vbg_framework.screen import SturdyConsole

    registry, console = args.out / "registry.yaml", SturdyConsole(file=terminal())
    if registry.exists():
        raise VBGError(str(registry), "is there already and is left as it is", "Name another folder: --out FOLDER.")
    result = find_source(_unpacked(args.source, args.out))
    asks = not args.yes and sys.stdin.isatty()
    draft = _folder(result, args.out, console) if result.table is None else _table(result, args, console, asks)
    _write(registry, draft)
    place = "" if args.out == Path() else f"cd {args.out} && "
    console.print(f"\n{registry}: data set {draft.data}, experiment {draft.experiment}. Next:", highlight=False)
    for command in (f"check {draft.experiment}", f"data prepare {draft.data}", f"run {draft.experiment}"):
        console.print(f"  {place}vbg {command}", highlight=False, soft_wrap=True)
    return 0


def _unpacked(source: Path, out: Path) -> Path:
    import zipfile

    from vbg_framework.data.profile.unpacking import unpack

    if source.suffix.lower() != ".zip" or not zipfile.is_zipfile(source):
        return source
    out.mkdir(parents=True, exist_ok=True)
    return unpack(source, out / source.stem)


def _folder(result: FoundSource, out: Path, console: Console) -> Draft:
    from vbg_framework.cli.preview import show_classes
    from vbg_framework.data.profile.draft import draft_folder

    show_classes(console, f"{result.folder}: pictures in {len(result.counts)} folders", result.counts)
    return draft_folder(_named(result.folder, out), result.counts, _shipped())


def _table(result: FoundSource, args: argparse.Namespace, console: Console, asks: bool) -> Draft:
    from vbg_framework.cli.preview import ask, show_classes, show_roles
    from vbg_framework.data.profile.best_sheet import best_sheet
    from vbg_framework.data.profile.draft import draft_table
    from vbg_framework.data.profile.giveaways import giveaways
    from vbg_framework.data.readers.table import Table

    assert result.table is not None
    facts, roles = best_sheet(Table(result.table, encoding=args.encoding), args.target)
    if asks:
        roles = ask(console, facts, roles)
    says = giveaways(facts.table, roles.tasks[0], [*roles.text, *roles.metadata])
    show_roles(console, facts, roles, says)
    show_classes(console, f"{roles.tasks[0].column}: {roles.tasks[0].reason}", roles.tasks[0].counts)
    return draft_table(_named(result.table, args.out), facts.table, facts.rows, roles, says, _shipped())


def _named(path: Path, out: Path) -> str:
    """The path as a registry in `out` finds it: relative if it lies below, else absolute."""
    full, home = path.absolute(), out.absolute()
    return full.relative_to(home).as_posix() if full.is_relative_to(home) and full != home else full.as_posix()


def _shipped() -> Shipped:
    from vbg_framework.base.yaml_file import read_yaml
    from vbg_framework.config.registry import Registry, shipped_registry
    from vbg_framework.data.profile.draft import Shipped
    from vbg_framework.paths import find

    registry = Registry()
    registry.add(read_yaml(shipped_registry()), "registry.yaml")
    encoders = registry.entries["experiments"]["recommended"]["encoders"].values()
    weights = [encoder["weights"] for encoder in encoders if "weights" in encoder]
    names = {name for entries in registry.entries.values() for name in entries}
    return Shipped(names, all(find(path, variable="VBG_WEIGHTS") for path in weights))


def _write(path: Path, draft: Draft) -> None:
    """Write the registry, once the experiment in it has been checked as `vbg check` does."""
    from vbg_framework.base.publication import written
    from vbg_framework.config.plugins import load_plugins
    from vbg_framework.config.registry import Registry
    from vbg_framework.data.profile.draft import seeded

    path.parent.mkdir(parents=True, exist_ok=True)
    with written(path) as partial:
        partial.write_text(draft.text, encoding="utf-8")
        registry = Registry.read(partial)
        resolved = registry.experiment(draft.experiment, load_plugins(registry.block))
        if resolved.experiment.split.use == "stable":
            with chdir(path.parent):  # where its paths begin
                seed = _seed(resolved)
            partial.write_text(seeded(draft, seed).text, encoding="utf-8")


def _seed(resolved: Resolved) -> int:
    """The seed of a stable split under which the classes of the first task are divided evenly."""
    from itertools import islice

    from vbg_framework.base.errors import VBGError
    from vbg_framework.contracts.record import Record
    from vbg_framework.data.catalogue.spelling import normal
    from vbg_framework.data.profile.table_facts import MOST_ROWS
    from vbg_framework.data.splits.stable_split import even_seed

    part, task = resolved.parts["data"], resolved.experiment.tasks[0]
    items = islice(part.component.load()(part.config).records(), MOST_ROWS)
    records = [record for record in items if isinstance(record, Record) and task in record.targets]
    if not records:
        fix = "Choose another column with --target, or prepare the data set to see what is wrong with its rows."
        raise VBGError(f"task '{task}'", "no row has a label that can be read", fix)
    groups = [normal(record.group or record.id) for record in records]
    return even_seed(groups, [str(record.targets[task]) for record in records], resolved.experiment.split.ratios)
