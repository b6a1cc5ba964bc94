"""`vbg ui`: the workbench, a data set or a run in a browser."""

from __future__ import annotations

import argparse
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vbg_framework.cli.compare import STUDIES
from vbg_framework.cli.run import RUNS

if TYPE_CHECKING:
    from vbg_framework.ui.beginning import Beginning
    from vbg_framework.ui.workbench import Workbench


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    ui = commands.add_parser("ui", parents=[common], help="look, doubt and correct in a browser, offline")
    what = "a run (folder, EXPERIMENT/ID, ID, an experiment: its model in use), a data set, or a table or folder to "
    ui.add_argument("what", nargs="?", default="", help=what + "begin with (default: the list of runs)")
    ui.add_argument("--demo", action="store_true", help="show only the page that tries the model of a run")
    ui.add_argument(
        "--review", action="store_true", help="show only the page that reviews the generated records of a run"
    )
    decisions = "where decisions go (default: the file that the data set names, else corrections.csv)"
    ui.add_argument("--corrections", type=Path, metavar="FILE", help=decisions)
    ui.add_argument("--host", default="127.0.0.1", help="address to listen at (default: this machine alone)")
    ui.add_argument("--port", type=int, default=0, help="port (default: a free one)")
    ui.add_argument("--no-browser", action="store_true", help="only print the link")
    ui.add_argument("--export", type=Path, metavar="FOLDER", help="write static pages there, without a server")
    ui.add_argument("--runs", type=Path, default=RUNS)
    ui.add_argument("--studies", type=Path, default=STUDIES, help="folder of all studies (default: studies)")
    ui.set_defaults(command=_ui)


class Opened(NamedTuple):
    """One of both, or neither: what is looked at, or what a data set is to be made of."""

    bench: Workbench | None = None
    beginning: Beginning | None = None


def _ui(args: argparse.Namespace) -> None:
    from vbg_framework.base.errors import VBGError

    if lacking := [name for name in ("starlette", "uvicorn", "python_multipart") if find_spec(name) is None]:
        raise VBGError("vbg ui", f"{' and '.join(lacking)} not installed", 'pip install "vbg-framework[ui]"')
    if args.export:
        return _export(args)
    bench, beginning = _opened(args)
    only = _only(args, bench)
    from vbg_framework.ui.house import House
    from vbg_framework.ui.server import serve
    from vbg_framework.ui.site import make_site

    house = House(args.runs, args.studies, corrections=args.corrections)
    make = partial(make_site, bench, house=house, only=only, beginning=beginning)
    serve(lambda known: make(known=known), host=args.host, port=args.port, browser=not args.no_browser)


def _only(args: argparse.Namespace, bench: Workbench | None) -> str:
    """The only page that is shown; "" = all are."""
    from vbg_framework.base.errors import VBGError

    if args.demo and args.review:
        raise VBGError("vbg ui", "shows either of two pages alone, got --demo and --review", "Leave one out.")
    if args.demo and (bench is None or bench.run is None):
        raise VBGError("--demo", f"'{args.what}' is no run, and only a run has a model", "Name a run.")
    if args.review and (bench is None or bench.blind is None):
        raise VBGError("--review", f"'{args.what}' is no run that generated records", "Name one with an augmenter.")
    return "try" if args.demo else "review" if args.review else ""


def _export(args: argparse.Namespace) -> None:
    from vbg_framework.base.errors import VBGError
    from vbg_framework.cli.arguments import to_make
    from vbg_framework.ui.export import export_pages

    to_make(args.export, "--export")
    bench = _opened(args).bench
    if bench is None:
        raise VBGError("--export", f"'{args.what}' is neither a run nor a data set", "Name one.")
    export_pages(bench, args.export)
    print(f"Pages  {args.export / 'index.html'}")


def _opened(args: argparse.Namespace) -> Opened:
    """The workbench of a data set of the registry or of a run, or a table or folder."""
    from vbg_framework.base.promotion import model_in_use
    from vbg_framework.cli.arguments import screen_of
    from vbg_framework.cli.session import session

    if not args.what:
        return Opened()
    screen, (registry, plugins) = screen_of(args), session(args)
    is_data = args.what in registry.entries["datasets"]
    if not is_data and _is_source(args):
        from vbg_framework.ui.beginning import Beginning

        return Opened(beginning=Beginning(_readable(Path(args.what)), args.runs, args.corrections))
    if not is_data:
        model = model_in_use(args.runs, args.what)
        screen.say(model.line)
    from vbg_framework.ui.workbench import open_data, open_run

    if is_data:
        part, split = registry.dataset(args.what, plugins, []), registry.split(args.what, plugins)
        return Opened(open_data(args.what, part, screen, args.corrections, split))
    return Opened(open_run(model.run, plugins, args.corrections))


def _is_source(args: argparse.Namespace) -> bool:
    """Whether a table, folder or zip file is named, and neither a run nor an experiment that has some."""
    from vbg_framework.base.run_folder import CONFIG, list_runs
    from vbg_framework.base.work_folder import named_folder

    is_run = named_folder(args.runs, args.what, CONFIG) or list_runs(args.runs, args.what)
    return not is_run and Path(args.what).exists()


def _readable(source: Path) -> Path:
    """The path, if it is a folder, a zip file, or a table that can be read."""
    from vbg_framework.data.readers.table import Table

    if not source.is_dir() and source.suffix.lower() != ".zip":
        Table(source).columns()
    return source
