"""`vbg plugin new|install|run-file|check`: for authors of plugins."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.cli.scaffold.package_kind import TRIED
from vbg_framework.cli.session import session

if TYPE_CHECKING:
    from vbg_framework.contracts.spec import Component


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    plugin = commands.add_parser("plugin", help="write and check plugins of your own")
    kinds = plugin.add_subparsers(title="commands", metavar="COMMAND", required=True)
    new = kinds.add_parser("new", parents=[common], help="write the package of a new plugin")
    new.add_argument("name", help="its name in kebab-case: vbg-ink-wash")
    new.add_argument("--kind", required=True, help=f"what it offers: {', '.join(TRIED)}")
    new.add_argument("--out", type=Path, default=Path(), help="where its folder goes (default: the working folder)")
    new.set_defaults(command=_new)
    install = kinds.add_parser("install", parents=[common], help="install a package into the environment of `vbg`")
    install.add_argument("folder", type=Path, help="the folder of the package, with its pyproject.toml")
    install.set_defaults(command=_install)
    run_file = kinds.add_parser("run-file", parents=[common], help="any command with a plugin that is one file")
    run_file.add_argument("file", type=Path, help="a module that implements hooks: my_encoder.py")
    run_file.add_argument("words", nargs=argparse.REMAINDER, help="the command, such as: run quickstart --tiny")
    run_file.set_defaults(command=_run_file)
    check = kinds.add_parser("check", parents=[common], help="hold components to every promise of their interface")
    check.add_argument("plugin", help="an installed plugin, distribution or component, or the folder of a package")
    check.set_defaults(command=_check)


def _new(args: argparse.Namespace) -> int:
    from vbg_framework.cli.scaffold.name import checked
    from vbg_framework.cli.scaffold.package import declared, trial, write_package

    if args.kind not in TRIED:
        raise VBGError("--kind", f"unknown kind '{args.kind}'", did_you_mean(args.kind, TRIED))
    name = checked(args.name)
    taken = session(args)[1].components(declared(args.kind)) if declared(args.kind) else ()
    for component, plugin in taken:
        if component.name == name.component:
            what = (
                f"{plugin.name} has the {component.kind} '{component.name}' already, and neither of two would be used"
            )
            raise VBGError(f"vbg plugin new {args.name}", what, "Take another name.")
    folder = write_package(name, args.kind, args.out)
    print(f"{folder}: a plugin with the {args.kind} '{name.component}'. Next:")
    place = folder if folder.is_absolute() else f"./{folder}"
    print(f"vbg plugin install {place}", f"vbg plugin check {name.distribution}", trial(name, args.kind), sep="\n")
    return 0


def _install(args: argparse.Namespace) -> int:
    from vbg_framework.cli.scaffold.installation import install

    install(args.folder)
    return 0


def _run_file(args: argparse.Namespace) -> int:
    from vbg_framework.cli.one_file import run_with

    return run_with(args.file, args.words)


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
    for result in examine(component):
        print(f"  {result.check:<{width}}  {result.status:<7}  {result.seconds:5.2f} s", flush=True)
        untold += [f"{result.check}: {result.message}"] if result.status in ("failed", "skipped") else []
        yield result.status
    print(*untold, sep="\n", end="\n" * bool(untold))
