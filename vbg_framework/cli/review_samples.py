"""`vbg review-samples`: have experts look at generated records without knowing which they are."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vbg_framework.cli.run import RUNS


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    review = commands.add_parser(
        "review-samples", parents=[common], help="have experts tell generated records from real ones"
    )
    review.add_argument("pool", help="a run that generated records, or the folder of `vbg augment`")
    review.add_argument("--out", type=Path, help="folder for the form")
    review.add_argument("--per-class", type=int, default=5, help="most generated records of a class, and real ones")
    review.add_argument("--seed", type=int, default=0, help="of the draw and the order")
    review.add_argument("--answers", type=Path, nargs="+", metavar="FILE", help="analyse these, one file per expert")
    review.add_argument("--runs", type=Path, default=RUNS)
    review.set_defaults(command=_review)


def _review(args: argparse.Namespace) -> int:
    from vbg_framework.base.errors import VBGError
    from vbg_framework.cli.arguments import screen_of

    if bool(args.out) == bool(args.answers):
        raise VBGError("vbg review-samples", "needs either --out or --answers", "Example: --out review.")
    if args.per_class < 1:
        raise VBGError("--per-class", f"must be at least 1, got {args.per_class}", "Example: --per-class 5.")
    home, screen = _home(args), screen_of(args)
    for line in _analyse(args, home) if args.answers else _write(args, home, screen):
        screen.say(line)
    return 0


def _home(args: argparse.Namespace) -> Path:
    from vbg_framework.base.run_folder import find_run
    from vbg_framework.runs.augment import ABOUT

    return Path(args.pool) if (Path(args.pool) / ABOUT).is_file() else find_run(args.runs, args.pool).path


def _write(args: argparse.Namespace, home: Path, screen: Any) -> Iterator[str]:
    from vbg_framework.cli.session import session
    from vbg_framework.runs.evidence.review import draw_form, write_review

    plugins = session(args)[1]
    form = draw_form(home, plugins, screen, args.per_class, args.seed)
    page = write_review(args.out, home, form)
    if form.left:
        yield f"Left out, without a real record: {', '.join(form.left)}"
    yield f"{len(form.items)} records, half of them generated. The key stays in {home}."
    yield f"Page   {page}"
    yield f"Then   vbg review-samples {args.pool} --answers FILE ..."


def _analyse(args: argparse.Namespace, home: Path) -> Iterator[str]:
    from vbg_framework.report.page import write_report
    from vbg_framework.report.samples import REVIEW
    from vbg_framework.runs.evidence.review_answers import review

    result = review(home, args.answers)
    yield _detected("All", result)
    yield from (_detected(expert["name"], expert) for expert in result["experts"])
    alphas = result["agreement"]
    yield f"Krippendorff's alpha: authentic {_number(alphas['authentic'])}, class {_number(alphas['class'])}"
    for each in result["classes"]:
        (yes, n), (real_yes, real_n) = each["fits"]["generated"], each["fits"]["real"]
        yield f"  {_detected(each['name'], each)}; of the class: generated {yes} of {n}, real {real_yes} of {real_n}"
    yield f"Kept   {home / REVIEW}"
    if (home / "config.yaml").is_file():
        yield f"Report {write_report(home)}"


def _detected(name: str, found: Mapping[str, Any]) -> str:
    if found["rate"] is None:
        return f"{name}: not judged"
    low, high = found["interval"]
    return (
        f"{name}: detection rate {found['rate']:.2f} ({low:.2f} to {high:.2f}; .5 is chance), {found['judged']} records"
    )


def _number(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.2f}"
