"""`vbg init`: from somebody's table or folder to a registry that trains a model."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.base.printable import terminal

if TYPE_CHECKING:
    from rich.console import Console

    from vbg_framework.data.profile.registry_file import Look


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
    from vbg_framework.cli.preview import ask
    from vbg_framework.data.profile.registry_file import look, write_registry
    from vbg_framework.screen import SturdyConsole

    registry, console = args.out / "registry.yaml", SturdyConsole(file=terminal())
    if registry.exists():
        raise VBGError(str(registry), "is there already and is left as it is", "Name another folder: --out FOLDER.")
    asks = {"choose": partial(ask, console)} if not args.yes and sys.stdin.isatty() else {}
    seen = look(args.source, args.out, target=args.target, encoding=args.encoding, **asks)
    _show(console, seen)
    draft = write_registry(registry, seen)
    place = "" if args.out == Path() else f"cd {args.out} && "
    console.print(f"\n{registry}: data set {draft.data}, experiment {draft.experiment}. Next:", highlight=False)
    for command in (f"check {draft.experiment}", f"data prepare {draft.data}", f"run {draft.experiment}"):
        console.print(f"  {place}vbg {command}", highlight=False, soft_wrap=True)
    return 0


def _show(console: Console, seen: Look) -> None:
    from vbg_framework.cli.preview import show_classes, show_roles

    if seen.table is None:
        return show_classes(console, f"{seen.found.folder}: pictures in {len(seen.counts)} folders", seen.counts)
    facts, roles, says = seen.table
    show_roles(console, facts, roles, says)
    return show_classes(console, f"{roles.tasks[0].column}: {roles.tasks[0].reason}", seen.counts)
