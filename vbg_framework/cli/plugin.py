"""`vbg plugin new|check`: for authors of plugins."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.cli.session import session

if TYPE_CHECKING:
    from vbg_framework.contracts.spec import Component


def add(commands: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    plugin = commands.add_parser("plugin", help="write and check plugins of your own")
    kinds = plugin.add_subparsers(title="commands", metavar="COMMAND", required=True)
    new = kinds.add_parser("new", parents=[common], help="write the package of a new plugin")
    new.add_argument("name", help="its name in kebab-case: vbg-ink-wash")
    new.add_argument(
        "--kind", required=True, help="what it offers: encoder, fusion, augmenter, classifier, estimator or dataset"
    )
    new.add_argument("--out", type=Path, default=Path(), help="where its folder goes (default: the working folder)")
    new.set_defaults(command=_new)
    check = kinds.add_parser("check", parents=[common], help="hold components to every promise of their interface")
    check.add_argument("plugin", help="an installed plugin, distribution or component, or the folder of a package")
    check.set_defaults(command=_check)


def _new(args: argparse.Namespace) -> int:
    from vbg_framework.cli.scaffold.name import checked
    from vbg_framework.cli.scaffold.package import TRIED, declared, trial, write_package

    if args.kind not in TRIED:
        raise VBGError("--kind", f"unknown kind '{args.kind}'", did_you_mean(args.kind, TRIED))
    name = checked(args.name)
    for component, plugin in session(args)[1].components(declared(args.kind)):
        if component.name == name.component:
            what = (
                f"{plugin.name} has the {component.kind} '{component.name}' already, and neither of two would be used"
            )
            raise VBGError(f"vbg plugin new {args.name}", what, "Take another name.")
    folder = write_package(name, args.kind, args.out)
    print(f"{folder}: a plugin with the {args.kind} '{name.component}'. Next:")
    place = folder if folder.is_absolute() else f"./{folder}"
    print(f"pip install -e {place}", f"vbg plugin check {name.distribution}", trial(name, args.kind), sep="\n")
    return 0


def _check(args: argparse.Namespace) -> int:
    from vbg_framework.cli.candidates import inside, installed

    folder, path = Path(args.plugin), [*sys.path]
    is_package = (folder / "pyproject.toml").is_file()
    try:
        components = inside(folder) if is_package else installed(args.plugin, session(args)[1])
        counts = Counter(status for component in components for status in _examined(component))
    finally:
        sys.path[:] = path
    print(", ".join(f"{count} {status}" for status, count in sorted(counts.items())))
    return 1 if counts["failed"] else 0


def _examined(component: Component) -> Iterator[str]:
    """Check one component, tell what comes of it, and yield the status of every check."""
    from vbg_framework.testing import checks, examine  # imports torch

    print(f"{component.kind} {component.name}", flush=True)
    width = max(len(check.id) for check in checks(component))
    untold = []
    for found in examine(component):
        print(f"  {found.check:<{width}}  {found.status:<7}  {found.seconds:5.2f} s", flush=True)
        untold += [f"{found.check}: {found.message}"] if found.status in ("failed", "skipped") else []
        yield found.status
    print(*untold, sep="\n", end="\n" * bool(untold))
