"""`vbg list`: what there is, a line each. None of it imports torch."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from vbg_framework.cli.print_table import print_table
from vbg_framework.cli.run import RUNS
from vbg_framework.cli.session import session

Item = Mapping[str, Any]


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    what = commands.add_parser("list", parents=[common], help="list experiments, studies, data sets, components, runs")
    what.add_argument("what", choices=[*LISTS])
    what.add_argument("name", nargs="?", help="components of this kind, runs of this experiment")
    _options(what)
    runs = commands.add_parser("runs", parents=[common], help="the same as: vbg list runs")
    runs.add_argument("name", nargs="?", help="runs of this experiment")
    _options(runs)
    runs.set_defaults(what="runs")


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=Path, default=RUNS, help="folder of all runs (default: runs, or VBG_RUNS)")
    parser.add_argument("--json", action="store_true", help="print JSON: a list of objects")
    parser.set_defaults(command=_list)


def _list(args: argparse.Namespace) -> int:
    items = LISTS[args.what](args)
    if args.json:
        print_json(items)
    elif items:
        print_table(
            [name.replace("_", " ") for name in items[0]], [[_cell(value) for value in item.values()] for item in items]
        )
    else:
        print(f"no runs in {args.runs}" if args.what == "runs" else f"no {args.what}")
    return 0


def print_json(value: Any) -> None:
    """Print a value for other programs."""
    print(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False))


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        value = ", ".join(f"{key} {number:.3f}" for key, number in value.items() if number is not None)
    return str(value or "-")


def _experiments(args: argparse.Namespace) -> Sequence[Item]:
    return [{"experiment": name, "description": options.get("description", "")} for name, options in _entries(args)]


def _studies(args: argparse.Namespace) -> Sequence[Item]:
    return [
        {"study": name, "experiment": options.get("experiment", ""), "description": options.get("description", "")}
        for name, options in _entries(args)
    ]


def _datasets(args: argparse.Namespace) -> Sequence[Item]:
    return [
        {"dataset": name, "type": options["type"], "path": str(options.get("path") or "")}
        for name, options in _entries(args)
    ]


def _entries(args: argparse.Namespace) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """The entries of a section of the registry, as they are written."""
    return [*session(args)[0].entries[args.what].items()]


def _components(args: argparse.Namespace) -> Sequence[Item]:
    from vbg_framework.base.errors import VBGError, did_you_mean
    from vbg_framework.contracts.spec import KINDS

    if args.name not in (None, *KINDS):
        raise VBGError("vbg list components", f"unknown kind '{args.name}'", did_you_mean(args.name, KINDS))
    return [
        {"kind": component.kind, "component": component.name, "plugin": plugin.name, "description": _first(component)}
        for component, plugin in session(args)[1].components(args.name)
    ]


def _first(component: Any) -> str:
    """The first line of what its options say."""
    return (component.config.__doc__ or "").strip().partition("\n")[0]


def _runs(args: argparse.Namespace) -> Sequence[Item]:
    from vbg_framework.base.errors import VBGError
    from vbg_framework.base.run_folder import list_runs

    items = []
    for run in list_runs(args.runs, args.name):
        state = run.state
        try:
            scores = run.metrics()["test"] if state == "finished" else {}
        except VBGError:
            state, scores = "unreadable", {}
        measured = {task: result["macro_f1"] for task, result in scores.items()}
        items.append({"run": run.name, "state": state, "test_macro_f1": measured})
    return items


LISTS: Mapping[str, Callable[[argparse.Namespace], Sequence[Item]]] = {
    "experiments": _experiments,
    "studies": _studies,
    "datasets": _datasets,
    "components": _components,
    "runs": _runs,
}
"""What can be listed."""
