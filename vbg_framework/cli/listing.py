"""`vbg plugins`, `components`, `check`, `schema`, `show`: what there is. None of them imports torch."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.base.regular_file import regular
from vbg_framework.cli.inventory import print_json
from vbg_framework.cli.print_table import print_table
from vbg_framework.cli.run import RUNS
from vbg_framework.cli.session import session

if TYPE_CHECKING:
    from vbg_framework.base.run_folder import RunFolder
    from vbg_framework.config.plugins import PluginStatus
    from vbg_framework.contracts.spec import Component


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    plugins = commands.add_parser("plugins", parents=[common], help="list plugins and what became of them")
    plugins.add_argument("--json", action="store_true", help="print JSON: a list of objects")
    plugins.set_defaults(command=_plugins)
    components = commands.add_parser("components", parents=[common], help="list components and their options")
    components.add_argument(
        "name", nargs="?", help="a kind, such as encoder; or one component in full: NAME, KIND:NAME or PLUGIN:NAME"
    )
    components.add_argument("--json", action="store_true", help="print JSON, options as JSON schema")
    components.set_defaults(command=_components)
    check = commands.add_parser("check", parents=[common], help="check the registry, or one experiment of it")
    check.add_argument("experiment", nargs="?")
    check.add_argument("--set", dest="sets", action="append", default=[], metavar="A.B=VALUE")
    check.add_argument("--json", action="store_true", help="print JSON: what is wrong, or what it is made of")
    check.set_defaults(command=_check)
    schema = commands.add_parser("schema", parents=[common], help="print the JSON schema of registry.yaml")
    schema.set_defaults(command=_schema)
    show = commands.add_parser("show", help="show one run")
    show.add_argument("run", help="folder, EXPERIMENT/ID, ID, or an experiment")
    show.add_argument("--runs", type=Path, default=RUNS)
    show.add_argument("--json", action="store_true", help="print JSON: one object")
    show.set_defaults(command=_show)


def _plugins(args: argparse.Namespace) -> int:
    from vbg_framework.config.offers import clashes, unknown_blocks

    registry, plugins = session(args)
    if args.json:
        print_json([_status(status) for status in plugins.statuses])
        return int(any(status.error for status in plugins.statuses))
    rows = [(s.name, s.distribution, s.version, s.status, _offers(s)) for s in plugins.statuses]
    print_table(("plugin", "distribution", "version", "status", "components"), rows)
    failed = [s for s in plugins.statuses if s.error]
    for status in failed:
        print(f"{status.name}: {status.error}")
    for problem in (*registry.troubles, *unknown_blocks(plugins, registry.block)):
        print(problem)
    for what, names in clashes(plugins):
        print(f"{what} is offered twice: write `type: {' or '.join(names)}`, or block one (`block: [{names[-1]}]`).")
    return 1 if failed else 0


def _status(status: PluginStatus) -> dict[str, Any]:
    names = [f"{component.kind} {component.name}" for component in status.components]
    about = {"plugin": status.name, "distribution": status.distribution, "version": status.version}
    return {**about, "status": status.status, "components": names, "error": status.error or ""}


def _offers(status: PluginStatus) -> str:
    """What a plugin offers, and what of it is blocked."""
    out = [f"{c.kind} {c.name} (blocked)" for c in status.blocked]
    return ", ".join([f"{c.kind} {c.name}" for c in status.components] + out) or "-"


def _components(args: argparse.Namespace) -> int:
    from vbg_framework.cli.detail import about, found, show
    from vbg_framework.contracts.spec import KINDS

    plugins = session(args)[1]
    whole = args.name is None or args.name in KINDS
    offers = plugins.components(args.name) if whole else found(plugins, args.name)
    if args.json:
        print_json([about(*offer) for offer in offers])
    elif whole:
        _list(offers)
    else:
        for index, offer in enumerate(offers):
            print("\n" * bool(index), end="")
            show(plugins, *offer)
    return 0


def _list(offers: Iterable[tuple[Component, PluginStatus]]) -> None:
    for component, status in offers:
        print(f"{component.kind} {component.name}  (plugin {status.name})")
        options = component.config.model_json_schema().get("properties", {})
        rows = [(f"  {n}", _default(o), (o.get("description") or "").replace("\n", " ")) for n, o in options.items()]
        print_table(None, rows)


def _default(option: dict[Any, Any]) -> str:
    return json.dumps(option["default"]) if "default" in option else "required"


def _check(args: argparse.Namespace) -> int:
    from vbg_framework.config.modalities import check_modalities
    from vbg_framework.study.make import study_problems

    registry, plugins = session(args)
    if args.experiment:
        resolved = registry.experiment(args.experiment, plugins, args.sets)
        check_modalities(resolved.parts, registry.places["experiments", args.experiment], load=True)
        names = {key: part.component.name for key, part in sorted(resolved.parts.items())}
        if args.json:
            print_json({"experiment": args.experiment, "components": names, "problems": []})
        else:
            print(f"{args.experiment}: valid ({', '.join(f'{key} {name}' for key, name in names.items())})")
        return 0
    problems = list(dict.fromkeys(map(str, [*registry.problems(plugins), *study_problems(registry, plugins)])))
    if args.json:
        print_json({"problems": problems})
        return 1 if problems else 0
    for problem in problems:
        print(problem)
    counts = ", ".join(f"{len(entries)} {section}" for section, entries in registry.entries.items() if entries)
    print(f"{len(problems)} problems in {counts}")
    return 1 if problems else 0


def _schema(args: argparse.Namespace) -> int:
    from vbg_framework.config.schema import registry_schema

    print(json.dumps(registry_schema(session(args)[1]), indent=1))
    return 0


def _show(args: argparse.Namespace) -> int:
    from vbg_framework.base.run_folder import find_run
    from vbg_framework.base.yaml_file import dump_yaml
    from vbg_framework.runs.summary import summary

    run = find_run(args.runs, args.run)
    if args.json:
        metrics = run.metrics() if run.state == "finished" else None
        about = {"run": run.name, "path": str(run.path), "state": run.state, **run.config(), "metrics": metrics}
        print_json({**about, "error": _error(run)})
        return 0
    print(f"{run.name}: {run.state}\n{dump_yaml(run.config())}")
    if error := _error(run):
        print(error)
    if run.state == "finished":
        print(summary(run))
    return 0


def _error(run: RunFolder) -> str:
    path = run.path / "error.txt"
    return regular(path).read_text(encoding="utf-8", errors="replace") if path.exists() else ""
