"""`vbg predict`: use a trained model."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.cli.run import RUNS

if TYPE_CHECKING:
    from vbg_framework.base.run_folder import RunFolder
    from vbg_framework.screen import Screen


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    predict = commands.add_parser(
        "predict", parents=[common], help="classify a table, a folder of images, or one picture"
    )
    predict.add_argument("run", help="folder, EXPERIMENT/ID, ID, or an experiment: its model in use")
    predict.add_argument("input", type=Path, nargs="?", help="table, or a folder of images; or one picture")
    predict.add_argument("--text", help="answer this text, or the picture with it, on the screen")
    predict.add_argument("--out", type=Path, help="file to write, such as .csv, .xlsx, .jsonl or .parquet")
    predict.add_argument("--runs", type=Path, default=RUNS)
    predict.add_argument("--column", dest="columns", action="append", default=[], metavar="FIELD=COLUMN",
                         help="where a field stands: id, image, or a text or metadata field")  # fmt: skip
    predict.add_argument("--probabilities", action="store_true", help="also write the probability of every class")
    predict.add_argument("--workers", type=int, metavar="N", help="processes that share the work (default: 1)")
    predict.add_argument("--engine", choices=["local", "ray"], default="local", help="where records are answered")
    predict.add_argument("--address", help="of a Ray cluster (default: Ray on this machine)")
    predict.set_defaults(command=_predict)


def _predict(args: argparse.Namespace) -> int:
    from vbg_framework.base.promotion import model_in_use
    from vbg_framework.cli.arguments import screen_of
    from vbg_framework.cli.session import session
    from vbg_framework.runs.predict import predict

    model, screen = model_in_use(args.runs, args.run), screen_of(args)
    screen.say(model.line)
    if _is_single(args):
        return _answer(args, model.run, screen)
    columns = dict(_pair(text) for text in args.columns)
    registry, plugins = session(args)
    with _elsewhere(args, model.run.path / "model", registry.block) as (spread, ahead):
        predict(model.run, plugins, args.input, args.out, columns, screen, args.probabilities, spread, ahead)
    return 0


@contextmanager
def _elsewhere(args: argparse.Namespace, folder: Path, block: list[str]) -> Iterator[tuple[Any, Any]]:
    """What else than this process answers: batch by batch as they are read, or all of them before."""
    if args.engine == "ray":
        from vbg_framework.learning.prediction.ray_answers import RayAnswers

        with RayAnswers(folder, block, args.workers, args.address) as ahead:
            yield None, ahead
    elif args.workers in (None, 1):
        yield None, None
    else:
        from vbg_framework.learning.prediction.workers import Workers

        with Workers(folder, block, args.workers) as spread:
            yield spread, None


def _is_single(args: argparse.Namespace) -> bool:
    """Whether one picture or text is asked about; refuses what does not go together."""
    from vbg_framework.base.errors import VBGError
    from vbg_framework.data.pictures.formats import SUFFIXES

    one = args.input is None or args.text is not None or args.input.suffix.lower() in SUFFIXES
    if one and (args.workers or args.engine == "ray"):
        raise VBGError("vbg predict", "one picture or text is answered at once", "Leave out --workers and --engine.")
    if args.address and args.engine != "ray":
        raise VBGError("--address", f"is of a Ray cluster, got '{args.address}'", "Add --engine ray.")
    if one and args.out:
        raise VBGError("--out", "one picture or text is answered on the screen", "Leave it out, or give a table.")
    if not one and not args.out:
        raise VBGError("vbg predict", "no file to write", "Name one: --out answers.csv.")
    return bool(one)


def _answer(args: argparse.Namespace, run: RunFolder, screen: Screen) -> int:
    from vbg_framework.cli.print_table import print_table
    from vbg_framework.cli.session import session
    from vbg_framework.runs.single import HEADER, answer_one, answer_rows

    said = answer_one(run, session(args)[1], args.input, args.text, screen)
    print_table(HEADER, [*answer_rows(said, args.probabilities)])
    return 0


def _pair(text: str) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    if not (field and equals and column):
        from vbg_framework.base.errors import VBGError

        raise VBGError("--column", f"expected FIELD=COLUMN, got '{text}'", "Example: --column image=file_name.")
    return field, column
