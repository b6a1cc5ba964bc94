"""`vbg explain`: why a model answers so."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.cli.run import RUNS

if TYPE_CHECKING:
    from vbg_framework.learning.prediction.saved import SavedModel
    from vbg_framework.runs.evidence.material import Evidence


def add(commands: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    explain = commands.add_parser("explain", parents=[common], help="show what the answer to a record rests on")
    explain.add_argument("run", help="folder, EXPERIMENT/ID, ID, or an experiment: its model in use")
    explain.add_argument("records", nargs="*", help="ids of records of the run, or a picture file")
    explain.add_argument("--text", help="text of a record, or of the picture")
    explain.add_argument("--task", action="append", help="question to explain, repeatable (default: all)")
    explain.add_argument("--out", type=Path, required=True, help="folder for a page and a JSON file per record")
    explain.add_argument("--alike", type=int, default=4, help="training records alike to show; 0 = none")
    explain.add_argument("--runs", type=Path, default=RUNS)
    explain.set_defaults(command=_explain)


def _explain(args: argparse.Namespace) -> int:
    from vbg_framework.base.promotion import model_in_use
    from vbg_framework.cli.arguments import screen_of
    from vbg_framework.cli.session import session
    from vbg_framework.learning.explanation.explanation import explain
    from vbg_framework.report.explanations import write_explanation
    from vbg_framework.runs.evidence.material import Evidence
    from vbg_framework.runs.export.finished import FinishedRun

    model, screen = model_in_use(args.runs, args.run), screen_of(args)
    screen.say(model.line)
    finished = FinishedRun(model.run, session(args)[1], screen.say)
    new = _new(args)
    evidence = Evidence(finished, screen) if args.alike > 0 or not new else None
    tasks = args.task or list(finished.model.tasks)
    for given in [new] if new else _known(args, evidence):
        found = [explain(finished.model, given, task) for task in tasks]
        picture = finished.model.reading(given).inputs.get("image")
        page = write_explanation(args.out, found, picture, _near(args, evidence, given), model.run.name)
        for each in found:
            shares = ", ".join(f"{name} {share:+.2f}" for name, share in each.shares.items())
            screen.say(f"{each.prediction.id}: {each.task} '{each.label}' ({each.probability:.2f}); {shares}")
        screen.say(f"Page   {page}")
    return 0
