"""`vbg data prepare|show`: data sets before any model."""

from __future__ import annotations

import argparse
from pathlib import Path

from vbg_framework.cli.session import session


def add(commands: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    data = commands.add_parser("data", help="prepare and look at data sets")
    kinds = data.add_subparsers(title="commands", metavar="COMMAND", required=True)
    named = argparse.ArgumentParser(add_help=False, parents=[common])
    named.add_argument("name", help="a data set of the registry")
    named.add_argument("--set", dest="sets", action="append", default=[], metavar="KEY=VALUE", help="change an option")
    named.add_argument("--strict", action="store_true", help="stop at the first bad item")
    prepare = kinds.add_parser("prepare", parents=[named], help="read, check and store a data set")
    prepare.set_defaults(command=_prepare)
    show = kinds.add_parser("show", parents=[named], help="write a contact sheet per task")
    show.add_argument("--out", type=Path, default=Path("sheets"), help="folder of the pictures (default: sheets)")
    show.set_defaults(command=_show)


def _open(args: argparse.Namespace):
    registry, plugins = session(args)
    part = registry.dataset(args.name, plugins, args.sets)
    from rich.console import Console

    from vbg_framework.execute import prepare_data
    from vbg_framework.screen import Screen

    return prepare_data(part, Screen(Console()), strict=args.strict)


def _prepare(args: argparse.Namespace) -> int:
    prepared = _open(args)
    print(
        f"{args.name}: {len(prepared.table)} records, {prepared.info['quarantined']} quarantined, in {prepared.folder}"
    )
    for task in prepared.tasks:
        counts = ", ".join(f"{name} {count}" for name, count in zip(task.classes, task.counts, strict=True))
        print(f"  {task.name}: {counts}")
    return 0


def _show(args: argparse.Namespace) -> int:
    from vbg_framework.data.sheet import contact_sheet

    prepared = _open(args)
    args.out.mkdir(parents=True, exist_ok=True)
    for task in prepared.tasks:
        path = args.out / f"{args.name}-{task.name}.png"
        contact_sheet(prepared, task.name, path)
        print(path)
    return 0
