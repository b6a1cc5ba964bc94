"""`vbg export`: a finished run for other programs and other people."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vbg_framework.cli.run import RUNS


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    export = commands.add_parser("export", parents=[common], help="write a trained model for other programs and people")
    export.add_argument("run", help="folder, EXPERIMENT/ID, ID, or an experiment: its model in use")
    export.add_argument("--to", metavar="NAME", required=True, help="which form: folder, hub, onnx, or one of a plugin")
    export.add_argument("--set", dest="sets", action="append", default=[], metavar="KEY=VALUE", help="an option of it")
    export.add_argument("--out", type=Path, help="new folder (default: export/<experiment>-<id>)")
    export.add_argument("--repo", metavar="OWNER/NAME", help="with --to hub: a new repository to upload it to")
    export.add_argument("--private", action="store_true", help="with --repo: only its owners see it")
    export.add_argument("--runs", type=Path, default=RUNS)
    export.set_defaults(command=_export)


def _export(args: argparse.Namespace) -> int:
    from vbg_framework.base.promotion import model_in_use
    from vbg_framework.cli.session import session
    from vbg_framework.config.blame import plugin_errors
    from vbg_framework.config.options import parse_sets
    from vbg_framework.config.part import make_part

    plugins = session(args)[1]
    part = make_part("exporter", {"type": args.to, **parse_sets(args.sets)}, "--to", plugins)
    with plugin_errors({"exporter": part}):
        exporter = part.component.load()(part.config)
        _check(args, exporter.uploads)
        exporter.check()
    from vbg_framework.cli.arguments import screen_of
    from vbg_framework.runs.export.destination import destination
    from vbg_framework.runs.export.finished import FinishedRun

    model = model_in_use(args.runs, args.run)
    screen = screen_of(args)
    screen.say(model.line)
    finished = FinishedRun(model.run, plugins, screen.say)
    folder = args.out or Path("export") / finished.title
    with destination(folder) as partial, plugin_errors({"exporter": part}):
        said = exporter.write(finished, partial)
    print(f"Wrote  {folder}")
    print(_uploaded(args, folder) if args.repo else said.replace("{folder}", str(folder)))
    return 0


def _check(args: argparse.Namespace, uploads: bool) -> None:
    """Before anything is loaded."""
    from vbg_framework.base.errors import VBGError

    if args.repo is not None and not uploads:
        raise VBGError("--repo", f"only goes with --to hub, got --to {args.to}", "Leave it out.")
    if args.private and args.repo is None:
        raise VBGError("--private", "only goes with --repo", "Name the repository: --repo OWNER/NAME.")
    if args.repo is not None:
        from vbg_framework.runs.export.hub import check_upload

        check_upload(args.repo)


def _uploaded(args: argparse.Namespace, folder: Path) -> str:
    from vbg_framework.runs.export.hub import upload

    return f"Uploaded to {upload(folder, args.repo, private=args.private)}"
