"""`vbg evaluate`: a trained model on a table with labels."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vbg_framework.cli.run import RUNS


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    evaluate = commands.add_parser("evaluate", parents=[common], help="measure a trained model on a labelled table")
    evaluate.add_argument("run", help="folder, EXPERIMENT/ID, ID, or an experiment: its model in use")
    evaluate.add_argument("input", type=Path, help="table or folder of the kind the run learnt from, with labels")
    evaluate.add_argument("--out", type=Path, help="new folder (default: evaluations/<time> in that of the run)")
    evaluate.add_argument("--accept-loss", action="store_true", help="go on although much of it cannot be used")
    evaluate.add_argument("--runs", type=Path, default=RUNS)
    evaluate.set_defaults(command=_evaluate)


def _evaluate(args: argparse.Namespace) -> int:
    from vbg_framework.base.promotion import model_in_use
    from vbg_framework.cli.arguments import screen_of, to_make
    from vbg_framework.cli.session import session
    from vbg_framework.runs.evaluate import evaluate_table
    from vbg_framework.runs.summary import summary

    model, screen = model_in_use(args.runs, args.run), screen_of(args)
    screen.say(model.line)
    if args.out is not None:
        to_make(args.out, "--out")
    screen.say(summary(evaluate_table(model.run, session(args)[1], args.input, args.out, screen, args.accept_loss)))
    return 0
