"""`vbg predict`: use a trained model."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vbg_framework.cli.run import RUNS


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    predict = commands.add_parser("predict", parents=[common], help="classify a table or a folder of images")
    predict.add_argument("run", help="folder, EXPERIMENT/ID, ID, or an experiment: its model in use")
    predict.add_argument("input", type=Path, help="table, or a folder of images")
    predict.add_argument(
        "--out", type=Path, required=True, help="file to write, such as .csv, .xlsx, .jsonl or .parquet"
    )
    predict.add_argument("--runs", type=Path, default=RUNS)
    predict.add_argument("--column", dest="columns", action="append", default=[], metavar="FIELD=COLUMN",
                         help="where a field stands: id, image, or a text or metadata field")  # fmt: skip
    predict.add_argument("--probabilities", action="store_true", help="also write the probability of every class")
    predict.set_defaults(command=_predict)


def _predict(args: argparse.Namespace) -> int:
    from vbg_framework.base.promotion import model_in_use
    from vbg_framework.cli.arguments import screen_of
    from vbg_framework.cli.session import session
    from vbg_framework.runs.predict import predict

    model, screen = model_in_use(args.runs, args.run), screen_of(args)
    screen.say(model.line)
    columns = dict(_pair(text) for text in args.columns)
    predict(model.run, session(args)[1], args.input, args.out, columns, screen, args.probabilities)
    return 0


def _pair(text: str) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    if not (field and equals and column):
        from vbg_framework.base.errors import VBGError

        raise VBGError("--column", f"expected FIELD=COLUMN, got '{text}'", "Example: --column image=file_name.")
    return field, column
