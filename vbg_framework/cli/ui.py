"""`vbg ui`: the workbench, a data set or a run in a browser."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.cli.run import RUNS

if TYPE_CHECKING:
    from vbg_framework.screen import Screen
    from vbg_framework.ui.workbench import Workbench


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    ui = commands.add_parser("ui", parents=[common], help="look, doubt and correct in a browser, offline")
    ui.add_argument("what", help="a run (folder, EXPERIMENT/ID, ID, an experiment: its model in use), or a data set")
    ui.add_argument("--demo", action="store_true", help="show only the page that tries the model of a run")
    decisions = "where decisions go (default: the file that the data set names, else corrections.csv)"
    ui.add_argument("--corrections", type=Path, metavar="FILE", help=decisions)
    ui.add_argument("--host", default="127.0.0.1", help="address to listen at (default: this machine alone)")
    ui.add_argument("--port", type=int, default=0, help="port (default: a free one)")
    ui.add_argument("--no-browser", action="store_true", help="only print the link")
    ui.add_argument("--runs", type=Path, default=RUNS)
    ui.set_defaults(command=_ui)


def _ui(args: argparse.Namespace) -> None:
    from vbg_framework.base.errors import VBGError
    from vbg_framework.cli.arguments import screen_of

    if lacking := [name for name in ("starlette", "uvicorn", "python_multipart") if find_spec(name) is None]:
        raise VBGError("vbg ui", f"{' and '.join(lacking)} not installed", 'pip install "vbg-framework[ui]"')
    bench = _opened(args, screen_of(args))
    if args.demo and bench.run is None:
        raise VBGError("--demo", f"'{args.what}' is a data set, and only a run has a model", "Name a run.")
    from vbg_framework.ui.server import serve

    serve(bench, host=args.host, port=args.port, browser=not args.no_browser, only_try=args.demo)


def _opened(args: argparse.Namespace, screen: Screen) -> Workbench:
    """The workbench of a data set of the registry, or of a run."""
    from vbg_framework.base.promotion import model_in_use
    from vbg_framework.cli.session import session

    registry, plugins = session(args)
    is_data = args.what in registry.entries["datasets"]
    if not is_data:
        model = model_in_use(args.runs, args.what)
        screen.say(model.line)
    from vbg_framework.ui.workbench import open_data, open_run

    if is_data:
        return open_data(args.what, registry.dataset(args.what, plugins, []), screen, args.corrections)
    return open_run(model.run, plugins, args.corrections)
