"""`vbg export`: a finished run for other programs and other people."""

from __future__ import annotations

import argparse
from pathlib import Path

from vbg_framework.cli.run import RUNS

FORMS = ("folder", "hub", "onnx")


def add(commands: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    export = commands.add_parser("export", parents=[common], help="write a trained model for other programs and people")
    export.add_argument("run", help="folder, EXPERIMENT/ID, ID, or an experiment: its model in use")
    export.add_argument("--to", choices=FORMS, required=True, help="which form")
    export.add_argument("--out", type=Path, help="new folder (default: export/<experiment>-<id>)")
    export.add_argument("--repo", metavar="OWNER/NAME", help="with --to hub: a new repository to upload it to")
    export.add_argument("--private", action="store_true", help="with --repo: only its owners see it")
    export.add_argument("--runs", type=Path, default=RUNS)
    export.set_defaults(command=_export)


def _export(args: argparse.Namespace) -> int:
    _check(args)
    from vbg_framework.base.promotion import model_in_use
    from vbg_framework.cli.session import session
    from vbg_framework.runs.export.bundle import write_bundle
    from vbg_framework.runs.export.destination import destination
    from vbg_framework.runs.export.finished import Finished

    model = model_in_use(args.runs, args.run)
    print(model.line)
    finished = Finished(model.run, session(args)[1], print)
    folder = args.out or Path("export") / finished.title
    with destination(folder) as partial:
        if args.to == "folder":
            write_bundle(finished, partial)
            said = f"Use it with: vbg predict {folder} TABLE --out PREDICTIONS"
        elif args.to == "hub":
            from vbg_framework.runs.export.hub import write_repository

            write_repository(finished, partial)
            said = f"Upload it with: hf upload OWNER/NAME {folder}"
        else:
            from vbg_framework.runs.export.onnx import write_onnx

            said = f"Compared with the model: {write_onnx(finished, partial)}."
    print(f"Wrote  {folder}")
    print(_uploaded(args, folder) if args.repo else said)
    return 0


def _check(args: argparse.Namespace) -> None:
    """Before anything is loaded."""
    from vbg_framework.base.errors import VBGError

    if args.repo is not None and args.to != "hub":
        raise VBGError("--repo", f"only goes with --to hub, got --to {args.to}", "Leave it out.")
    if args.private and args.repo is None:
        raise VBGError("--private", "only goes with --repo", "Name the repository: --repo OWNER/NAME.")
    if args.repo is not None:
        from vbg_framework.runs.export.hub import check_upload

        check_upload(args.repo)
    if args.to == "onnx":
        from vbg_framework.runs.export.onnx import check_onnx

        check_onnx()


def _uploaded(args: argparse.Namespace, folder: Path) -> str:
    from vbg_framework.runs.export.hub import upload

    return f"Uploaded to {upload(folder, args.repo, private=args.private)}"
